"""The register's own file as published, where it lies beside the project; else an invented one like it."""

from pathlib import Path

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "dagtilbudsregister-2026-03-27.csv"
ROWS = 4817
COLUMNS = (
    "dagtilbudsType;daginstitutionsNummer;anvisningsenhedsNummer;alternativAdresseNummer;dagtilbudsNavn;"
    "aktivitetsstatus;instType3;instType3_Tekst;ejerformKode;ejerformKode_Tekst;kommuneKode;kommuneKode_Tekst;"
    "vejNavn;husNummer;postNummer;byNavn;geoBredde;geoLaengde;cvrNummer"
)


def content() -> tuple[str, bytes]:
    """What to call the file, and its bytes."""
    if REAL.exists():
        return "the real file", REAL.read_bytes()
    rows = (
        f"anvisningsenhed;;G{10432 + nth:05d};;Børnehuset nr. {nth};Aktiv;6012;Aldersintegreret institution (0-5 år);"
        f"1;Kommunal;751;Aarhus;Kong Valdemars Vej;{nth % 300};8000;Aarhus C;{56 + nth % 1000 / 1e4};"
        f"{10 + nth % 1000 / 1e4};29189846"
        for nth in range(ROWS)
    )
    return "an invented file", ("\ufeff" + "\r\n".join([COLUMNS, *rows, ""])).encode()
