"""The official code tables, the 98 municipalities, and what may lawfully stand together.

Municipality and region codes: Danmarks Statistik's Regioner, landsdele og kommuner. On 1 January 2027
Region Hovedstaden and Region Sjælland become Region Østdanmark.
Types and ownership: the register's own. The numeric codes of the legal grounds are not public and are
chosen here: replace the texts' codes when the real ones are known, keeping the old ones closed.
"""

from datetime import date

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.postgresql.psycopg_any import DateRange

ALWAYS = DateRange(None, None)
MERGED = date(2027, 1, 1)
BARNETS_LOV = date(2024, 1, 1)
EAST = "1086"

REGIONS = {
    "1084": "Region Hovedstaden",
    "1085": "Region Sjælland",
    "1083": "Region Syddanmark",
    "1082": "Region Midtjylland",
    "1081": "Region Nordjylland",
    EAST: "Region Østdanmark",  # its code is not published yet: chosen here
}
MERGING = {"1084", "1085"}
MUNICIPALITIES = {
    "1084": """
        101 København, 147 Frederiksberg, 151 Ballerup, 153 Brøndby, 155 Dragør, 157 Gentofte, 159 Gladsaxe,
        161 Glostrup, 163 Herlev, 165 Albertslund, 167 Hvidovre, 169 Høje-Taastrup, 173 Lyngby-Taarbæk,
        175 Rødovre, 183 Ishøj, 185 Tårnby, 187 Vallensbæk, 190 Furesø, 201 Allerød, 210 Fredensborg,
        217 Helsingør, 219 Hillerød, 223 Hørsholm, 230 Rudersdal, 240 Egedal, 250 Frederikssund, 260 Halsnæs,
        270 Gribskov, 400 Bornholm
    """,
    "1085": """
        253 Greve, 259 Køge, 265 Roskilde, 269 Solrød, 306 Odsherred, 316 Holbæk, 320 Faxe, 326 Kalundborg,
        329 Ringsted, 330 Slagelse, 336 Stevns, 340 Sorø, 350 Lejre, 360 Lolland, 370 Næstved,
        376 Guldborgsund, 390 Vordingborg
    """,
    "1083": """
        410 Middelfart, 420 Assens, 430 Faaborg-Midtfyn, 440 Kerteminde, 450 Nyborg, 461 Odense,
        479 Svendborg, 480 Nordfyns, 482 Langeland, 492 Ærø, 510 Haderslev, 530 Billund, 540 Sønderborg,
        550 Tønder, 561 Esbjerg, 563 Fanø, 573 Varde, 575 Vejen, 580 Aabenraa, 607 Fredericia, 621 Kolding,
        630 Vejle
    """,
    "1082": """
        615 Horsens, 657 Herning, 661 Holstebro, 665 Lemvig, 671 Struer, 706 Syddjurs, 707 Norddjurs,
        710 Favrskov, 727 Odder, 730 Randers, 740 Silkeborg, 741 Samsø, 746 Skanderborg, 751 Aarhus,
        756 Ikast-Brande, 760 Ringkøbing-Skjern, 766 Hedensted, 779 Skive, 791 Viborg
    """,
    "1081": """
        773 Morsø, 787 Thisted, 810 Brønderslev, 813 Frederikshavn, 820 Vesthimmerlands, 825 Læsø, 840 Rebild,
        846 Mariagerfjord, 849 Jammerbugt, 851 Aalborg, 860 Hjørring
    """,
}
LONG_NAMES = {
    "101": "Københavns Kommune",
}
TYPES = {
    "6010": "Vuggestue (0-2 år)",
    "6011": "Børnehave (3-5 år)",
    "6012": "Aldersintegreret institution (0-5 år)",
    "6013": "Dagpleje",
    "6014": "Børnehave (2-5 år)",
    "6020": "Fritidshjem",
    "6021": "Klubtilbud",
    "6022": "Særlige dagtilbud",
}
OWNERSHIPS = {"1": "Kommunal", "2": "Selvejende", "3": "Privat", "4": "Udliciteret"}
CHOSEN = "Koden er valgt af registeret; lovens ord står i teksten."
UNKNOWN = "Koden er valgt af registeret; paragraffen om klubtilbud i barnets lov er ikke oplyst."
BEFORE, AFTER = DateRange(None, BARNETS_LOV), DateRange(BARNETS_LOV, None)
GROUNDS = {
    "10": ("Dagtilbudsloven § 19, stk. 2", ALWAYS, CHOSEN),
    "11": ("Dagtilbudsloven § 19, stk. 3", ALWAYS, CHOSEN),
    "12": ("Dagtilbudsloven § 19, stk. 4", ALWAYS, CHOSEN),
    "13": ("Dagtilbudsloven § 19, stk. 5", ALWAYS, CHOSEN),
    "14": ("Dagtilbudsloven § 19, stk. 2, jf. folkeskoleloven § 24 a", ALWAYS, CHOSEN),
    "20": ("Dagtilbudsloven § 21, stk. 2", ALWAYS, CHOSEN),
    "21": ("Dagtilbudsloven § 21, stk. 3", ALWAYS, CHOSEN),
    "30": ("Dagtilbudsloven § 52", ALWAYS, CHOSEN),
    "40": ("Dagtilbudsloven § 66", ALWAYS, CHOSEN),
    "50": ("Serviceloven § 32", BEFORE, CHOSEN),
    "51": ("Serviceloven § 36", BEFORE, CHOSEN),
    "60": ("Barnets lov § 83", AFTER, CHOSEN),
    "61": ("Barnets lov, klubtilbud", AFTER, UNKNOWN),
}
# Legal ground: who may own, of which type.
DAYCARE = ("6010", "6011", "6012", "6014")
LAWFUL = {
    "10": ("1", DAYCARE),
    "11": ("2", DAYCARE),
    "12": ("4", DAYCARE),
    "13": ("3", DAYCARE),
    "14": ("1", DAYCARE),
    "20": ("1", ("6013",)),
    "21": ("13", ("6013",)),
    "30": ("123", ("6020",)),
    "40": ("123", ("6021",)),
    "50": ("12", ("6022",)),
    "51": ("12", ("6022",)),
    "60": ("12", ("6022",)),
    "61": ("12", ("6022",)),
}


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    del schema_editor
    codes = apps.get_model("institutions", "CodeValue").objects
    for table, values in (("instType3", TYPES), ("ejerformKode", OWNERSHIPS)):
        for code, text in values.items():
            codes.create(table=table, code=code, text=text, period=ALWAYS)
    for code, (text, period, description) in GROUNDS.items():
        codes.create(table="lovgrundlagKode", code=code, text=text, period=period, description=description)
    for code, text in REGIONS.items():
        codes.create(table="regionsKode", code=code, text=text, period=_region_period(code))
    lawful = apps.get_model("institutions", "LawfulCombination").objects
    for ground, (ownerships, types) in LAWFUL.items():
        for ownership in ownerships:
            for kind in types:
                lawful.create(
                    ownership=ownership, legal_ground=ground, institution_type=kind, period=GROUNDS[ground][1]
                )
    _fill_municipalities(apps)


def _fill_municipalities(apps: StateApps) -> None:
    municipalities = apps.get_model("institutions", "Municipality").objects
    memberships = apps.get_model("institutions", "Membership").objects
    for region, listed in MUNICIPALITIES.items():
        for one in listed.split(","):
            code, name = one.strip().split(" ", 1)
            long_name = LONG_NAMES.get(code, f"{name} Kommune")
            municipality = municipalities.create(code=code, name=name, long_name=long_name)
            memberships.create(municipality=municipality, region=region, period=_region_period(region))
            if region in MERGING:
                memberships.create(municipality=municipality, region=EAST, period=_region_period(EAST))


def _region_period(code: str) -> DateRange:
    if code in MERGING:
        return DateRange(None, MERGED)
    return DateRange(MERGED, None) if code == EAST else ALWAYS


class Migration(migrations.Migration):
    dependencies = [("institutions", "0002_numbers")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
