"""How searches and item lines are described: shares and sizes, all invented unless a link is given."""

from dataclasses import dataclass
from datetime import date

from portique.register.demonstration.calibration import Shares, Sizes


@dataclass(frozen=True)
class SearchKind:
    """Share of the searches, cells (from, to), share with unknown cells, finds expected flat and per cell."""

    share: float
    cells: tuple[int, int]
    unknown_cells: float
    finds: float
    finds_per_cell: float


# A check at the visit room or the yard searches no cell: 0, a known number.
SEARCH_KINDS = {
    "cell_search": SearchKind(0.838, (1, 3), 0.06, 0.0, 0.14),
    "targeted_search": SearchKind(0.070, (5, 30), 0.06, 0.3, 0.11),
    "sector_search": SearchKind(0.004, (40, 60), 0.03, 0.0, 0.22),
    "general_search": SearchKind(0.001, (150, 300), 0.03, 0.0, 0.14),
    "judicial_search": SearchKind(0.003, (1, 3), 0.10, 0.2, 0.15),
    "visit_check": SearchKind(0.030, (0, 0), 0.0, 0.10, 0.0),
    "yard_return_check": SearchKind(0.034, (0, 0), 0.0, 0.14, 0.0),
    "unknown": SearchKind(0.020, (1, 3), 0.60, 0.0, 0.15),
}
CELLS_OF_AN_ORDINARY_SEARCH: Sizes = {1: 0.66, 2: 0.22, 3: 0.12}


@dataclass(frozen=True)
class Context:
    """Where finds come from: share of the units, quantities on one line of phones and of accessories."""

    share: float
    phones: Sizes
    accessories: Sizes


_PARCEL_PHONES = {1: 0.62, 2: 0.18, 3: 0.09, 4: 0.05, 5: 0.03, 6: 0.015, 8: 0.01, 10: 0.005}
_PARCEL_ACCESSORIES = {1: 0.50, 2: 0.22, 3: 0.12, 4: 0.07, 5: 0.05, 10: 0.03, 20: 0.01}
# 45 phones in one delivery:
# https://www.blick.ch/fr/monde/prison-de-fresnes-45-telephones-et-du-cannabis-camoufles-dans-des-cartons-de-fromage-rape-id20462979.html
_DELIVERED_PHONES = {1: 0.90, 2: 0.06, 3: 0.02, 10: 0.012, 20: 0.006, 45: 0.002}
CONTEXTS = {
    "search": Context(0.74, {1: 0.93, 2: 0.055, 3: 0.015}, {1: 0.80, 2: 0.13, 3: 0.05, 5: 0.02}),
    "yard": Context(0.19, _PARCEL_PHONES, _PARCEL_ACCESSORIES),
    "visit": Context(0.03, {1: 0.95, 2: 0.05}, {1: 0.88, 2: 0.10, 4: 0.02}),
    "entry": Context(0.04, _DELIVERED_PHONES, _PARCEL_ACCESSORIES),
}
JOINED_PHONES = 0.06  # share of the phone lines that lie in the find of another phone line
JOINED_ACCESSORIES = 0.58  # share of the other lines found with a phone

# Phones: the mini-phone share grows in a straight line; the others keep their proportions.
MINI_SHARE = {date(2022, 1, 1): 0.10, date(2024, 1, 1): 0.17, date(2025, 5, 1): 0.25, date(2026, 1, 1): 0.28}
FULL_SIZE_PHONES: Shares = {"smartphone": 0.64, "basic_phone": 0.19, "phone_unspecified": 0.17}
ACCESSORIES: Shares = {
    "sim_card": 0.26,
    "charger": 0.29,
    "usb_cable": 0.16,
    "battery": 0.05,
    "earphones": 0.11,
    "usb_stick": 0.05,
    "accessory": 0.08,
}
OTHER_DEVICES: Shares = {"multimedia_device": 1.0}
PHONES = ("mini_phone", *FULL_SIZE_PHONES)
ITEM_TYPES = (*PHONES, *ACCESSORIES, *OTHER_DEVICES)

# Settings of a find: the context, told apart by kind of search and, at the entry, by regime.
SETTINGS = ("search", "visit_check", "yard_return_check", "yard", "visit", "entry", "semi_liberty")
ROUTE_SHARES: dict[str, Shares] = {
    "search": {
        "projection": 0.055,
        "visit": 0.055,
        "staff": 0.004,
        "delivery": 0.004,
        "belongings_transfer": 0.012,
        "unknown": 0.87,
    },
    "visit_check": {"visit": 0.96, "unknown": 0.04},
    "yard_return_check": {"projection": 0.62, "unknown": 0.38},
    "yard": {"projection": 0.86, "unknown": 0.14},
    "visit": {"visit": 1.0},
    "entry": {
        "belongings_transfer": 0.50,
        "delivery": 0.16,
        "staff": 0.05,
        "day_release": 0.14,
        "unknown": 0.15,
    },
    "semi_liberty": {"day_release": 0.90, "unknown": 0.10},
}
PLACE_SHARES: dict[str, Shares] = {
    "search": {
        "cell": 0.76,
        "toilets": 0.10,
        "common_room": 0.03,
        "disciplinary_unit": 0.012,
        "isolation_unit": 0.008,
        "kitchen": 0.01,
        "unknown": 0.08,
    },
    "visit_check": {"visit_room": 0.95, "unknown": 0.05},
    "yard_return_check": {"exercise_yard": 0.94, "unknown": 0.06},
    "yard": {
        "exercise_yard": 0.46,
        "neutral_zone": 0.24,
        "perimeter_path": 0.19,
        "outside": 0.05,
        "unknown": 0.06,
    },
    "visit": {"visit_room": 0.95, "unknown": 0.05},
    "entry": {"common_room": 0.38, "kitchen": 0.12, "outside": 0.05, "unknown": 0.45},
    "semi_liberty": {"common_room": 0.55, "outside": 0.05, "unknown": 0.40},
}
# Share of the projections that a drone dropped: its finds have the order of magnitude of the published
# deliveries, 29 in 2022, 411 in 2024 and 2,121 by October 2025.
# https://www.europe1.fr/faits-divers/info-europe-1-linquietante-multiplication-des-survols-de-drones-au-dessus-des-prisons-francaises-4165622
# https://parisparlez.com/info-bfmtv-plus-de-2-000-livraisons-illegales-en-prison-par-drone-recensees-en-2025-cinq-fois-plus-quen-2024
DRONE_SHARE = {
    date(2022, 1, 1): 0.003,
    date(2023, 7, 1): 0.02,
    date(2024, 7, 1): 0.07,
    date(2025, 1, 1): 0.18,
    date(2025, 7, 1): 0.44,
    date(2026, 1, 1): 0.50,
}

# Models: terms of the class of phones ("" is not given). No source says which L8star model Oportik sold.
# https://digitec.ch/de/page/l8star-bm10-das-mini-3310-mit-viel-dubiositaet-7056
# https://penitenziaria.it/carceri/eapos-davvero-cosi-facile-far-entrare-un-cellulare-in-carcere-ecco-il-microtelefonino-che-ha-una--986.asp
MODEL_SHARES: dict[str, Shares] = {
    "mini_phone": {
        "L8star BM10": 0.20,
        "Long-CZ J8": 0.17,
        "Zanco tiny t1": 0.04,
        "mini-téléphone sans marque": 0.16,
        "": 0.43,
    },
    "oportik_mini_phone": {"L8star (modèle non précisé)": 0.36, "mini-téléphone sans marque": 0.24, "": 0.40},
    "smartphone": {"smartphone Android": 0.34, "smartphone iOS": 0.09, "": 0.57},
    "basic_phone": {"téléphone à touches": 0.30, "téléphone à clapet": 0.05, "": 0.65},
    "other": {"": 1.0},
}

# Suppliers, all invented. Shares at full reach, by class of item; Oportik's reach grows until 20 May 2025.
OPORTIK_SHARES: Shares = {"mini_phone": 0.44, "phone": 0.012, "other": 0.004}
OTHER_SUPPLIERS_SHARES: Shares = {"mini_phone": 0.10, "phone": 0.07, "other": 0.04}
OPORTIK_REACH = {date(2022, 1, 1): 0.35, date(2025, 5, 1): 1.0, date(2026, 1, 1): 1.0}
OPORTIK_REACH_SHAPE = 8.0  # of the gamma frailty of an interregional directorate
OPORTIK_REACH_PARIS = 1.3
OPORTIK_TAKEDOWN_EFFECT = 0.60  # share of Oportik's seizures that vanish after 20 May 2025, reached in TAKEDOWN_DAYS
OPORTIK_DISPLACEMENT = 0.25  # share of the vanished ones that other suppliers take over
TAKEDOWN_DAYS = 75
PRISON_BREAK_OPORTIK_SHARE = 0.62  # of the mini-phones of that operation
CHANNEL_SHARES: dict[str, Shares] = {
    "oportik": {"oportik_site": 0.52, "oportik_instagram": 0.20, "unknown": 0.28},
    "oportik_after": {
        "oportik_site": 0.16,
        "oportik_instagram": 0.26,
        "unknown": 0.58,
    },  # the site is seized: old stock
    "other_suppliers": {"other_channels": 0.62, "unknown": 0.38},
    "unknown": {"unknown": 1.0},
}
CONFIDENCE_SHARES: dict[str, Shares] = {
    "unknown": {"none": 1.0},
    "known": {"low": 0.48, "medium": 0.37, "high": 0.15},
    "prison_break": {"low": 0.10, "medium": 0.45, "high": 0.45},
}

AT_LEAST_SHARE = 0.12  # of the lines of two units or more
UNKNOWN_QUANTITY_SHARE = 0.012  # of the lines of one unit
TO_CHECK_SHARE = {
    date(2022, 1, 1): 0.003,
    date(2025, 9, 30): 0.003,
    date(2025, 10, 31): 0.08,
    date(2025, 12, 31): 0.45,
}
UNCOUNTED_SHARE = 0.012  # lines entered a second time, never counted
UNCOUNTED_STATES: Shares = {"duplicate": 0.65, "not_counted": 0.35}
