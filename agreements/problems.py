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
        Problem("a_nummer_udfases", _("A-numre går ud af brug"),
                _("Søg hellere på institutionens G-nummer: aftaler på A-numre ophører.")),
        Problem("databehandleraftale_mangler", _("Der skal være en databehandleraftale"),
                _("Indgå den med dataejeren, og bekræft det i anmodningen.")),
        Problem("aftale_findes", _("Systemet har allerede en aftale"),
                _("Vent på afgørelsen, eller brug den aftale, der er."), 409),
        Problem("ingen_tilslutningsaftale", _("Systemet har ingen tilslutningsaftale om tjenesten"),
                _("Indgå først en tilslutningsaftale med STIL.")),
        Problem("passivt_system", _("Systemet er gjort passivt"), _("Bed STIL om at gøre systemet aktivt.")),
        Problem("ukendt_aftale", _("Der er ingen aftale med det nummer"), _("Kontrollér nummeret, eller hent listen."),
                404),
        Problem("anden_dataejers_aftale", _("Aftalen er en anden dataejers"),
                _("Kun dataejeren kan afgøre den; bed STIL om hjælp, hvis institutionen er jeres."), 403),
        Problem("ukendt_beslutning", _("Beslutningen findes ikke"), _("Skriv GODKEND, VENT, AFVIS eller SLET.")),
        Problem("ingen_valgt", _("Der er ikke valgt noget"), _("Gå tilbage, og sæt kryds ved mindst én aftale.")),
        Problem("for_mange_numre", _("For mange numre på én gang"), _("Del anmodningen i flere."), 413),
        Problem("for_stor_fil", _("Filen er for stor"), _("Del den i flere."), 413),
        Problem("er_tilknyttet", _("Personen er allerede tilknyttet"), _("Brug den tilknytning, der er."), 409),
        Problem("er_ophoert", _("Gælder ikke længere"), _("Opret en ny."), 409),
        Problem("begrundelse_mangler", _("Der mangler en begrundelse"),
                _("Skriv hvorfor: det står i hændelsesloggen.")),
        Problem("sag_findes", _("Der er allerede en sag om A-nummeret"), _("Brug den sag, der er, eller opgiv den."),
                409),
        Problem("sag_laast", _("Sagen kan ikke ændres, som den står"),
                _("En udført sag skal først fortrydes, en opgivet eller fortrudt genåbnes."), 409),
        Problem("sag_ikke_klar", _("Sagen er ikke klar"), _("Gør sagen klar med en frist, før den udføres."), 409),
        Problem("sag_i_gang", _("Sagen udføres allerede"), _("Følg opgaven under Baggrundsopgaver."), 409),
        Problem("sag_ikke_udfoert", _("Sagen er ikke udført"), _("Udfør sagen først."), 409),
        Problem("ulovligt_valg", _("Det kan ikke ske med aftalen"), _("Vælg et af forslagene.")),
        Problem("netop_varslet", _("Udbyderen har netop fået besked"), _("Vent nogle dage, før I minder om det."), 409),
        Problem("intet_at_varsle", _("Der er intet at skrive om"),
                _("Udbyderen har ingen aftaler på A-numre, som mangler en anmodning på G-nummeret."), 409),
        Problem("ingen_modtager", _("Udbyderen har ingen mailadresse her"),
                _("Bed STIL om at tilføje en notifikationsmodtager for udbyderen."), 409),
        Problem("andet_indhold", _("Aftalen findes med et andet indhold"),
                _("En aftales system, tjeneste og institution kan ikke ændres.")),
    ]
)  # fmt: skip
