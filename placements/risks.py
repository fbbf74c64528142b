"""The risks of a placement, in words for a parent: what law says that they must be told.

The Management of Health and Safety at Work Regulations 1999, regulation 10(2), have parents of
a child told what was found and how it is kept in hand. The host's own words say how; these say
what, without the trade's words.
"""

from accounts.models import RiskBand, WorkplaceKind
from placements.models import Placement
from placements.words import Mode

OF_A_BAND = {
    RiskBand.LOW: "The risks are everyday ones, like those of an office or a shop.",
    RiskBand.LESS_FAMILIAR: (
        "There are some risks that your child may not know yet, such as packing machines, lifting"
        " or animals. They are shown how to stay safe on the first day."
    ),
    RiskBand.HIGHER: (
        "It is a place with higher risks, such as machines, vehicles or chemicals. Students are"
        " shown how to stay safe, wear what protects them, and are watched while they work."
    ),
}


def of(placement: Placement) -> list[str]:
    """Each in a sentence or two; the first says how it is on the whole."""
    workplace = placement.workplace
    if placement.mode == Mode.VIRTUAL or workplace is None:
        return [
            "It happens online. Adults speak with students in groups, as the school has agreed."
        ]
    told = [OF_A_BAND[RiskBand(workplace.risk_band)]]
    if workplace.kind == WorkplaceKind.PRIVATE_HOME:
        told.append("It is in somebody's home.")
    if workplace.lone_adult:
        told.append("At times one adult may be alone with your child.")
    if placement.restricted_labels:
        told.append(
            "Some work there is not for young people, and students do not do it: "
            + "; ".join(placement.restricted_labels)
            + "."
        )
    return told
