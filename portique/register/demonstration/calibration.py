"""What the demonstration register must reach and is made with: published (with a link) or invented."""

from dataclasses import dataclass
from datetime import date

DEFAULT_SEED = 20250520
YEARS = (2022, 2023, 2024, 2025)

Shares = dict[str, float]
Sizes = dict[int, float]


@dataclass(frozen=True)
class YearTarget:
    """Counted units of one year at the default size, and its search actions outside the two operations."""

    phones_and_accessories: int
    phones: int
    other_devices: int
    searches: int


# Published (identifiers of data/published_figures.csv): 53,000 items in 2023 (NAT-107), 79,526 in 2024
# (NAT-079), more than 40,000 phones in 2024 (NAT-084) and about 10 % more in 2025 (NAT-085).
# https://ikeabase.store/faits-divers/attaque-mortelle-d-un-fourgon-penitentiaire-dans-l-eure/prison-plus-de-50-000-telephones-portables-et-accessoires-saisis-en-2023_6551975.html
# https://parisparlez.com/gerald-darmanin-annonce-des-fouilles-massives-dans-toutes-les-prisons-une-premiere-operation-a-nanterre/?noamp=mobile
# https://www.blick.ch/fr/monde/prison-de-fresnes-45-telephones-et-du-cannabis-camoufles-dans-des-cartons-de-fromage-rape-id20462979.html
# https://1001infos.net/france/zero-portable-en-prison-darmanin-sattaque-aux-telephones-et-au-shit
# Everything else in these rows is invented, the totals of 2022 and 2025 and all numbers of searches included.
TARGETS = {
    2022: YearTarget(45_000, 21_900, 60, 36_000),
    2023: YearTarget(53_000, 26_200, 80, 43_000),
    2024: YearTarget(79_526, 40_212, 110, 58_000),
    2025: YearTarget(87_500, 44_233, 170, 63_000),
}
DEFAULT_ITEMS = sum(target.phones_and_accessories for target in TARGETS.values())

# https://parisparlez.com/gerald-darmanin-annonce-des-fouilles-massives-dans-toutes-les-prisons-une-premiere-operation-a-nanterre/?noamp=mobile
PILOTS = (
    "cp-paris-la-sante",
    "ma-arras",
    "ma-dijon",
    "cp-toulouse-seysses",
    "cp-toulon-la-farlede",
    "cp-rennes-vezin",
)
PILOT_PHONES_2024 = 5_545
PILOT_EFFORT = 1.5  # invented: with the next one, about the double rate per inmate that these two totals imply
PILOT_PREVALENCE = 1.4

# Prison Break:
# https://www.lexbase.fr/article-juridique/119572032-depeches-bilan-de-loperation-prison-break-dans-les-prisons-francaises
PRISON_BREAK_DAY = date(2025, 5, 20)
PRISON_BREAK_ESTABLISHMENTS = 66
PRISON_BREAK_SEARCHES = 367
PRISON_BREAK_PHONES = {"mini_phone": 88, "smartphone": 46, "basic_phone": 18, "phone_unspecified": 12}  # 164
PRISON_BREAK_ACCESSORIES = 52  # invented
# « Une vingtaine de cellules » for the two together:
# https://happyradio.fr/news/operation-prison-break-saisie-de-mini-telephones-dans-deux-prisons-de-dordogne
PRISON_BREAK_CELLS = {"cd-neuvic-sur-l-isle": 10, "cd-mauzac": 10}
DRAW_SEED = 20250522  # of the 61 establishments, apart from the seed of the rows: the list never changes

# Fouilles XXL: 1,789 phones by 30 December, in sector searches of about 50 cells:
# https://parisparlez.com/gerald-darmanin-veut-des-fouilles-plus-systematiques-des-cellules-de-prison/?noamp=mobile
# https://www.europesays.com/fr/559592
XXL_FIRST_DAY, XXL_LAST_DAY = date(2025, 11, 25), date(2025, 12, 31)
XXL_PHONES = 1_789
# Invented: at 18 or 19 phones an establishment, as published for Lyon (311 in 17) and Lille (225 in 12).
XXL_ESTABLISHMENTS = 96
XXL_ACCESSORIES = 1_760  # invented, at the Lyon ratio: 306 accessories for 311 phones
XXL_CELLS = (40, 60)  # of one search: from, to
XXL_WEEK = (1.0, 1.1, 1.1, 1.1, 0.7, 0.0, 0.0)  # invented, as is the slower end of the year
XXL_SLOWS_ON, XXL_SLOW_PACE = date(2025, 12, 20), 0.35

# Establishments that were not open during the whole register.
OPENED = {
    # https://justice.gouv.fr/actualites/actualite/centre-penitentiaire-caen-ifs-est-service
    "cp-caen-ifs": date(2023, 12, 3),
    # https://justice.gouv.fr/node/17650
    "cp-troyes-lavau": date(2023, 12, 13),
    "cp-mata-utu": date(2025, 8, 1),  # first month in the official occupancy statistics (data/occupancy.csv)
}
# Emptied in December 2025 (the day is invented):
# https://letrois.info/societe/belfort-la-maison-darret-se-vide-pour-lancer-des-travaux-en-janvier-2026
CLOSED = {"ma-belfort": date(2025, 12, 15)}

# After the quarters of the DGAP statistics of 1 July 2026: CP that are mostly maison centrale, CP whose
# maison-d'arrêt quarter has at most 20 places, and the open-regime centre de détention.
HIGH_SECURITY = frozenset({"cp-alencon-conde-sur-sarthe", "cp-chateau-thierry", "cp-lannemezan", "cp-vendin-le-vieil"})
WITHOUT_REMAND = HIGH_SECURITY | {
    "cp-caen",
    "cp-liancourt",
    "cp-saint-pierre-et-miquelon",
    "cp-sud-francilien",
    "cp-taiohae",
    "cp-uturoa",
}
OPEN_REGIME = frozenset({"cd-casabianda"})


@dataclass(frozen=True)
class Regime:
    """Ratios to a maison d'arrêt, invented: finds per search, searches per inmate, other finds per inmate."""

    prevalence: float
    effort: float
    yard: float
    visit: float
    entry: float


REGIMES = {
    "MA": Regime(1.00, 1.00, 1.00, 1.00, 1.00),
    "CP": Regime(1.00, 1.00, 1.00, 1.00, 1.00),
    "CD": Regime(0.70, 0.90, 0.50, 0.80, 1.00),
    "MC": Regime(0.22, 1.50, 0.04, 0.20, 0.30),
    "CSL": Regime(0.45, 0.40, 0.02, 0.02, 2.50),
    "EPM": Regime(0.20, 0.80, 0.10, 0.10, 0.20),
    "EPSNF": Regime(0.15, 0.40, 0.01, 0.10, 0.20),
}

# Over-dispersion, invented: gamma frailties of mean 1 (variance 1/shape), effort that grows less than size.
EFFORT_EXPONENT = 0.9
PREVALENCE_SHAPE = 8.0
EFFORT_SHAPE = 14.0
MONTH_SHAPE = 4.0  # of one month; three neighbouring months are averaged
INMATES_PER_CELL = 1.3
# How many prisons date finds outside searches by the month or the year alone, and their inmates (from, to).
MONTHLY_REPORTERS, YEARLY_REPORTERS = 24, 2
MONTHLY_REPORTER_INMATES, YEARLY_REPORTER_INMATES = (150, 900), (30, 70)

# Rhythms, invented. Paces are yearly rates on straight lines between given days; only their shape counts.
SEIZURE_PACE = {
    date(2022, 1, 1): 44.0,
    date(2023, 1, 1): 46.0,
    date(2023, 7, 1): 49.0,
    date(2024, 1, 1): 66.0,
    date(2024, 7, 1): 81.0,
    date(2025, 1, 1): 88.0,
    date(2026, 1, 1): 87.0,
}
SEARCH_PACE = {
    date(2022, 1, 1): 35.0,
    date(2023, 1, 1): 38.0,
    date(2023, 7, 1): 41.0,
    date(2024, 1, 1): 51.0,
    date(2024, 7, 1): 59.0,
    date(2025, 1, 1): 62.5,
    date(2026, 1, 1): 63.5,
}
HOLIDAYS = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
HOLIDAY_SEARCHES = 0.5


@dataclass(frozen=True)
class Rhythm:
    """Relative rates by weekday (Monday first) and by month (January first)."""

    week: tuple[float, ...]
    months: tuple[float, ...]


SEARCH_RHYTHM = Rhythm(
    (1.10, 1.20, 1.20, 1.20, 1.10, 0.60, 0.50),
    (1.0, 1.02, 1.05, 1.02, 1.0, 1.0, 0.92, 0.86, 1.02, 1.06, 1.06, 0.92),
)
YARD_RHYTHM = Rhythm(
    (0.95, 0.95, 1.00, 0.95, 1.05, 1.15, 1.10),
    (0.75, 0.78, 0.90, 1.0, 1.1, 1.2, 1.35, 1.3, 1.1, 0.98, 0.82, 0.8),
)
VISIT_RHYTHM = Rhythm(
    (0.45, 0.80, 1.25, 0.95, 1.00, 1.60, 1.10),
    (1.0, 0.95, 0.98, 1.0, 1.02, 1.0, 1.05, 1.0, 0.98, 1.0, 1.0, 1.12),
)
ENTRY_RHYTHM = Rhythm((1.20, 1.25, 1.20, 1.20, 1.15, 0.55, 0.45), (1.0,) * 12)
