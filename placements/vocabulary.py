"""Words of work: what may be kept of the words that people search with.

Everything our own choices are called, what schools say for it, and what jobs, trades and
places of work are called besides. A word that is a common name as well is left out (a baker may be Baker): their
trade is there instead.
"""

import re

from accounts.words import Sector
from placements.search.synonyms import SYNONYMS
from placements.words import Adjustment, Kind, Mode

BESIDES = """
accountancy accountant accounting acting actor advertising agriculture aircraft airport ambulance
animal animals animation antiques app apprenticeship architect architecture archive archives
arboriculture army art artist arts astronomy athletics audio auditing automotive aviation bakery
baking bank banking barbering barrister beauty bees beekeeping bicycle bicycles biology
biomedical biotechnology boat boats boatbuilding bookkeeping bookshop bookseller botany brewery
bricklaying broadcasting building bus buses butchery cabin cafe camera car carbon care career carer
caring carpentry cars caterer catering cathedral cattle ceramics charity chef chemist chemistry
childcare childminding children chiropody cinema circus civil cleaning climate clinic
clothes coaching coding college comedy commerce community composing computer computers computing
concert conservation construction consulting cooking copywriting costume council counselling
country court courts craft crafts cricket criminology crops customer cyber cybersecurity cycling
dairy dance dancing data database defence dental dentist dentistry design designer developer
dietetics dietitian digital diplomacy disability distribution doctor dog dogs drama drawing driver
driving drone drones ecology economics editing editor education electrical electrician electronics
emergency energy engineer engineering english entrepreneur environment equestrian estate event
events factory family farm farmer farming fashion festival fibre fiction film films finance fire
firefighter firefighting fish fishery fishing fitness floristry florist flowers flying food
football forensic forensics forest forestry foundry furniture gallery game games gamedev gaming
garage garden gardener gardening genetics geography geology government graphic graphics green
grooming gym hair hairdresser hairdressing health healthcare heating helicopter heritage history
homelessness horse horses horticulture hospital hospice hospitality hotel hotels housing
illustration immigration import industrial industry insurance interior it jewellery joinery
journalism journalist judge justice kennels kitchen lab laboratory landscape landscaping languages
law lawyer lawyers leisure library librarian lighting linguistics livestock locksmith logistics
magazine makeup management manufacturing marine maritime marketing maths mathematics mechanic
mechanical mechanics media medical medicine mental metal meteorology microbiology midwife midwifery
military mining modelling motor motorsport museum museums music musician nature navy neuroscience
newspaper ngo nursery nurse nurses nursing nutrition occupational ocean office oil optician optics
optometry orchestra outdoor outdoors painting paramedic parliament pathology patisserie payroll pet
pets pharmacist pharmacy philosophy photo photographer photography physics physiotherapist
physiotherapy piano pilot plastering plumber plumbing podcast podiatry police politics pottery
prison primary printing probation procurement production programmer programming project property
prosthetics psychiatry psychologist psychology public publishing pub racing radio
radiography radiology rail railway railways receptionist recording recruitment recycling religion
renewable renewables rescue research restaurant retail robotics robots roofing rugby safety
sailing sales salon scaffolding school science scientist sculpture secondary secretary security
sewing sheep ship shipping ships shop shops social software solar soldier solicitor solicitors
sound space spa special speech sport sports stables stage startup statistics steel studio
supermarket support surgeon surgery surveying surveyor sustainability swimming tailoring tax teacher
teaching tech technician technology telecoms television tennis testing tester textile textiles
theatre theme therapy tourism town toys tractor traffic train training trains translation transport
travel tree trees tutoring tv university upholstery urban utilities vehicle vehicles vet
veterinarian veterinary vets video visual volunteering waiter warehouse waste water weather web
website welding wellbeing wildlife wind windfarm wine women woodland woodwork writer writing
yoga youth zoo zoology
"""


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def _of_our_choices() -> set[str]:
    labels = (label for choices in (Sector, Kind, Mode, Adjustment) for label in choices.labels)
    return {word for label in labels for word in _words(str(label)) if len(word) > 2}


def _of_our_synonyms() -> set[str]:
    return {word for said, meant in SYNONYMS.items() for word in _words(" ".join([said, *meant]))}


WORDS_OF_WORK = frozenset(
    (_words(BESIDES) | _of_our_synonyms() | _of_our_choices()) - {"and", "for", "the", "one", "two"}
)
