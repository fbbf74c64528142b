"""Where England lives: its towns with their places and people, and somewhere near one.

Easting and northing in kilometres of the national grid, people in thousands, and an
outcode. London, and what has grown together elsewhere, is several towns here.
"""

from itertools import accumulate
from math import hypot, sqrt
from random import Random
from typing import NamedTuple


class Town(NamedTuple):
    name: str
    easting: int
    northing: int
    thousands: int
    outcode: str


class Spot(NamedTuple):
    """Somewhere in or near a town, in metres of the national grid."""

    town: str
    easting: int
    northing: int
    postcode: str


RURAL_SHARE = 0.12
# How far a town of a hundred thousand spreads about its middle, in metres.
SPREAD = 1_500
IN_A_POSTCODE = "ABDEFGHJLNPQRSTUWXYZ"

TOWNS = tuple(
    Town(name.strip(), int(easting), int(northing), int(thousands), outcode)
    for line in """
    Westminster 529 180 600 W1 | Camden 529 184 550 NW1 | Hackney 534 185 560 E8
    Stratford 539 184 650 E15 | Greenwich 539 177 560 SE10 | Lewisham 538 175 600 SE13
    Croydon 532 165 700 CR0 | Wimbledon 524 170 600 SW19 | Hammersmith 523 178 520 W6
    Ealing 518 181 680 W5 | Harrow 515 188 560 HA1 | Barnet 525 196 550 EN5
    Tottenham 534 190 600 N17 | Romford 551 189 700 RM1 | Bromley 540 169 600 BR1
    Kingston upon Thames 518 169 480 KT1 | Birmingham 407 287 1140 B1
    West Bromwich 400 291 340 B70 | Dudley 394 290 320 DY1 | Walsall 401 298 285 WS1
    Solihull 415 279 215 B91 | Wolverhampton 391 298 265 WV1 | Coventry 433 279 370 CV1
    Nuneaton 436 292 130 CV11 | Stoke-on-Trent 388 347 256 ST1 | Stafford 392 323 130 ST16
    Burton upon Trent 424 323 75 DE14 | Worcester 385 255 103 WR1 | Hereford 351 240 60 HR1
    Shrewsbury 349 312 75 SY1 | Telford 369 309 185 TF3 | Oswestry 329 330 20 SY11
    Leeds 430 433 790 LS1 | Bradford 416 433 540 BD1 | Wakefield 433 420 350 WF1
    Huddersfield 414 416 210 HD1 | Halifax 409 425 210 HX1 | Sheffield 435 387 580 S1
    Rotherham 443 393 265 S60 | Barnsley 434 406 245 S70 | Doncaster 457 403 310 DN1
    York 460 451 200 YO1 | Harrogate 430 455 162 HG1 | Scarborough 504 488 108 YO11
    Hull 509 428 260 HU1 | Grimsby 527 409 155 DN31 | Scunthorpe 489 411 170 DN15
    Manchester 384 398 560 M1 | Salford 381 399 270 M6 | Stockport 389 390 290 SK1
    Oldham 392 405 240 OL1 | Rochdale 389 413 220 OL16 | Bury 380 410 190 BL9
    Bolton 371 409 285 BL1 | Wigan 358 405 320 WN1 | Warrington 360 388 210 WA1
    Liverpool 334 390 500 L1 | Birkenhead 332 388 320 CH41 | St Helens 351 395 180 WA10
    Southport 333 417 95 PR8 | Preston 354 429 148 PR1 | Blackpool 331 436 140 FY1
    Blackburn 368 428 150 BB1 | Burnley 384 432 95 BB11 | Lancaster 348 461 145 LA1
    Chester 340 366 90 CH1 | Crewe 370 355 75 CW1 | Macclesfield 391 373 56 SK10
    Kendal 351 492 30 LA9 | Barrow-in-Furness 320 469 67 LA14 | Carlisle 340 556 110 CA1
    Newcastle upon Tyne 425 564 300 NE1 | Gateshead 425 561 200 NE8
    South Shields 436 567 150 NE33 | Sunderland 440 557 275 SR1 | Durham 427 542 95 DH1
    Darlington 429 514 107 DL1 | Hartlepool 451 532 93 TS24 | Middlesbrough 449 520 144 TS1
    Alnwick 419 613 12 NE66 | Nottingham 457 340 330 NG1 | Mansfield 454 361 110 NG18
    Derby 435 336 257 DE1 | Chesterfield 438 371 104 S40 | Leicester 458 304 360 LE1
    Lincoln 497 371 103 LN1 | Boston 533 344 70 PE21 | Grantham 491 336 45 NG31
    Northampton 475 260 225 NN1 | Kettering 486 278 100 NN16 | Peterborough 519 298 215 PE1
    Cambridge 545 258 145 CB1 | Bedford 505 249 185 MK40 | Luton 509 221 225 LU1
    Milton Keynes 485 238 285 MK9 | Stevenage 524 224 89 SG1 | St Albans 515 207 148 AL1
    Watford 511 196 102 WD17 | Norwich 623 308 195 NR1 | King's Lynn 562 320 50 PE30
    Great Yarmouth 652 307 99 NR30 | Ipswich 616 244 140 IP1 | Colchester 599 225 192 CO1
    Bury St Edmunds 585 264 42 IP33 | Chelmsford 571 207 181 CM1 | Harlow 545 210 93 CM20
    Basildon 570 189 187 SS14 | Southend-on-Sea 587 187 182 SS1 | Oxford 451 206 160 OX1
    Aylesbury 482 214 85 HP20 | High Wycombe 486 193 125 HP11 | Slough 498 180 158 SL1
    Reading 471 173 235 RG1 | Basingstoke 464 152 114 RG21 | Guildford 499 149 147 GU1
    Crawley 527 136 118 RH10 | Brighton 531 105 277 BN1 | Worthing 515 104 111 BN11
    Eastbourne 561 100 103 BN21 | Hastings 582 110 91 TN34 | Tunbridge Wells 558 139 115 TN1
    Maidstone 576 155 176 ME14 | Chatham 576 167 280 ME4 | Canterbury 615 158 157 CT1
    Ashford 601 142 132 TN23 | Southampton 442 113 253 SO14 | Portsmouth 465 101 208 PO1
    Winchester 448 129 50 SO23 | Newport, Isle of Wight 450 89 60 PO30
    Bournemouth 409 92 195 BH1 | Poole 401 91 150 BH15 | Salisbury 414 130 45 SP1
    Swindon 415 184 222 SN1 | Bristol 359 173 470 BS1 | Bath 375 164 100 BA1
    Gloucester 383 218 132 GL1 | Cheltenham 394 222 118 GL50 | Taunton 323 124 65 TA1
    Yeovil 355 116 50 BA20 | Exeter 292 92 130 EX1 | Torquay 291 64 135 TQ1
    Plymouth 248 55 264 PL1 | Barnstaple 256 133 35 EX31 | Truro 182 45 60 TR1
    """.replace("\n", "|").split("|")
    if line.strip()
    for name, easting, northing, thousands, outcode in [line.rsplit(maxsplit=4)]
)


def _nearest(town: Town) -> tuple[Town, ...]:
    def away(other: Town) -> float:
        return hypot(other.easting - town.easting, other.northing - town.northing)

    return tuple(sorted(TOWNS, key=away)[1:6])


_UP_TO = list(accumulate(town.thousands for town in TOWNS))
_NEIGHBOURS = {town: _nearest(town) for town in TOWNS}


def town(dice: Random) -> Town:
    """One in which somebody lives, as likely as there are people."""
    return dice.choices(TOWNS, cum_weights=_UP_TO)[0]


def spot(dice: Random, home: Town) -> Spot:
    """In the town, the likelier the nearer to its middle; now and then in the country."""
    if dice.random() < RURAL_SHARE:
        return _between(dice, home, dice.choice(_NEIGHBOURS[home]))
    spread = SPREAD * sqrt(home.thousands / 100)
    east, north = dice.gauss(0, spread), dice.gauss(0, spread)
    return _at(dice, home, 1_000 * home.easting + east, 1_000 * home.northing + north)


def _between(dice: Random, home: Town, other: Town) -> Spot:
    """On the way from one town to the next there is land, which a compass would not promise."""
    way = dice.uniform(0.15, 0.85)
    east = home.easting + way * (other.easting - home.easting) + dice.gauss(0, 2.5)
    north = home.northing + way * (other.northing - home.northing) + dice.gauss(0, 2.5)
    return _at(dice, home, 1_000 * east, 1_000 * north)


def _at(dice: Random, home: Town, easting: float, northing: float) -> Spot:
    ends = "".join(dice.choices(IN_A_POSTCODE, k=2))
    postcode = f"{home.outcode} {dice.randrange(10)}{ends}"
    return Spot(home.name, max(0, round(easting)), max(0, round(northing)), postcode)
