"""Tilslutning's problem codes. A code never changes its meaning and is never used again."""

from django.utils.translation import gettext_lazy as _

from registry.problems import Problem, register

register(
    [
        Problem("ulovlig_overgang", _("Aftalen kan ikke skifte til den status"),
                _("Se aftalens nuværende status."), 409),
        Problem("aftale_paa_daginstitution", _("En aftale kan ikke hvile på en daginstitution"),
                _("Brug numrene på dens anvisningsenheder eller alternative adresser.")),
        Problem("aftale_paa_a_nummer", _("Nye aftaler hviler på G-nummeret"),
                _("Søg på institutionens G-nummer i registeret.")),
        Problem("aftale_findes", _("Systemet har allerede en aftale"),
                _("Vent på afgørelsen, eller brug den aftale, der er."), 409),
        Problem("ingen_tilslutningsaftale", _("Systemet har ingen tilslutningsaftale om tjenesten"),
                _("Indgå først en tilslutningsaftale med STIL.")),
        Problem("passivt_system", _("Systemet er gjort passivt"), _("Bed STIL om at gøre systemet aktivt.")),
        Problem("andet_indhold", _("Aftalen findes med et andet indhold"),
                _("En aftales system, tjeneste og institution kan ikke ændres.")),
    ]
)  # fmt: skip
