"""The institutions' problem codes. A code never changes its meaning and is never used again."""

from django.utils.translation import gettext_lazy as _

from registry.problems import Problem, register

register(
    [
        Problem("kraever_nyere_skema", _("Institutionen findes ikke i skema 1"),
                _("Den har en kode, som er kommet til siden: læs med skema=2, når systemet kan møde den."), 406),
        # Numbers
        Problem("ugyldigt_nummer", _("Nummeret har ikke den rigtige form"),
                _("Et institutionsnummer er et bogstav (A, D eller G) og fem tegn."), 400),
        Problem("ukendt_nummer", _("Nummeret er ikke udstedt"),
                _("Kontrollér nummeret. Nye numre udstedes af registeret og kan ikke foreslås."), 404),
        Problem("fejloprettet", _("Nummeret er oprettet ved en fejl"),
                _("Brug det ikke: der har aldrig været en institution med nummeret."), 410),
        Problem("nummer_uden_for_registeret", _("A-numre udstedes ikke af registeret"),
                _("Brug institutionens G-nummer.")),
        Problem("numre_opbrugt", _("Der er ikke flere numre"),
                _("Registeret skal have en ny nummerserie: kontakt udviklerne.")),
        # Fields
        Problem("mangler", _("Et felt skal udfyldes"), _("Udfyld feltet.")),
        Problem("for_lang", _("En tekst er for lang"), _("Forkort teksten.")),
        Problem("ugyldig_vaerdi", _("En værdi har ikke den rigtige form"), _("Ret værdien.")),
        Problem("ukendt_kode", _("Koden findes ikke på den dag"), _("Vælg en kode fra kodetabellen.")),
        Problem("ukendt_kommune", _("Kommunen findes ikke"), _("Brug en af de 98 kommunekoder.")),
        Problem("ulovlig_kombination", _("Ejerform, lovgrundlag og type passer ikke sammen"),
                _("Vælg en lovlig kombination.")),
        Problem("felt_paa_forkert_niveau", _("Feltet hører ikke til på dette niveau"), _("Tøm feltet.")),
        # The three levels
        Problem("forkert_overordnet", _("Niveauet kan ikke stå under den overordnede"),
                _("En anvisningsenhed står under en daginstitution, en alternativ adresse under en anvisningsenhed.")),
        Problem("overordnet_mangler", _("Den overordnede findes ikke eller er ikke åben"),
                _("Opret fra toppen: daginstitution, anvisningsenhed, alternativ adresse.")),
        Problem("overordnet_i_anden_kommune", _("Den overordnede ligger i en anden kommune"),
                _("Vælg en overordnet med samme administrative kommune.")),
        Problem("har_aabne_underenheder", _("Der er åbne enheder under institutionen"),
                _("Nedlæg nedefra: alternative adresser, anvisningsenheder, daginstitution.")),
        # Lifecycle
        Problem("ikke_aaben", _("Institutionen er ikke åben på dagen"), _("Vælg en dag, hvor den er åben.")),
        Problem("er_aaben", _("Institutionen er åben"), _("Kun en nedlagt institution kan genåbnes."), 409),
        Problem("for_tidlig_dag", _("Dagen ligger for tidligt"), _("Vælg en senere dag.")),
        Problem("senere_aendringer", _("Der er ændringer, som gælder fra en senere dag"),
                _("Vælg en senere dag, eller ret de senere ændringer først."), 409),
        Problem("ingen_aendring", _("Der er ingen ændring fra den dag"),
                _("Vælg en dag, hvor en ændring er planlagt at træde i kraft.")),
        Problem("er_konsolideret", _("Institutionen er konsolideret ind i en anden"),
                _("Arbejd videre med det nummer, som den er konsolideret ind i."), 409),
        Problem("kun_i_registeret", _("Institutionen ligger uden for registeret"),
                _("Et A-nummer kan kun rettes ved indlæsning eller konsolideres.")),
        # Reporting
        Problem("mandat_mangler", _("Systemet har ikke mandat til det"),
                _("Bed kommunen eller den private ejer give STIL besked om, at systemet må indberette for dem."), 403),
        Problem("mandat_ophoert", _("Mandatet gælder ikke den dag"), _("Vælg en dag, hvor det gælder."), 409),
        Problem("noegle_genbrugt", _("Idempotency-Key er brugt til noget andet"),
                _("Send samme indhold igen, eller brug en ny nøgle.")),
        Problem("planen_er_aendret", _("Registeret er ændret, siden planen blev lagt"),
                _("Se den nye plan, og udfør den med dens ETag."), 412),
        Problem("er_aendret", _("Den er ændret siden"), _("Hent den igen, og send rettelsen med den nye ETag."), 412),
        Problem("if_match_mangler", _("If-Match mangler"), _("Send ETag fra det svar, som kaldet bygger på."), 428),
        Problem("kun_validering", _("Indberetningen er kun til validering"),
                _("Send den igen med en tilstand, der kan udføres."), 409),
        Problem("raekker_afvist", _("Rækker er afvist, og alt eller intet skal udføres"),
                _("Ret rækkerne, eller send dem med tilstanden raekkevis."), 409),
        Problem("eksternt_id_i_brug", _("Udbyderens id står for en anden institution"),
                _("Brug et id, der ikke er i brug."), 409),
        # Duplicates
        Problem("mulig_dublet", _("Den findes måske allerede"),
                _("Brug det nummer, som den har, eller skriv, hvorfor den skal oprettes alligevel."), 409),
        Problem("kan_ikke_sammenlignes", _("De to kan ikke sammenlignes"),
                _("Vælg to institutioner på samme niveau, eller et A-nummer og en i registeret, som begge er åbne.")),
        Problem("intet_at_fortryde", _("Der er intet at fortryde"), _("Se, hvad der gælder nu."), 409),
        Problem("er_besvaret", _("Meldingen er besvaret"), _("Se svaret, og skriv en ny melding, hvis noget mangler."),
                409),
        # Consolidation
        Problem("kan_ikke_konsolideres", _("De to kan ikke konsolideres"),
                _("Et åbent A-nummer kan konsolideres ind i en åben anvisningsenhed eller alternativ adresse.")),
        Problem("ikke_det_forhaandsviste", _("Noget er ændret siden forhåndsvisningen"),
                _("Se forhåndsvisningen igen, og udfør den."), 409),
        Problem("har_flyttet_sig", _("En række er ændret siden"),
                _("Ret rækken tilbage, eller lad konsolideringen stå."), 409),
        Problem("allerede_fortrudt", _("Konsolideringen er fortrudt"), _("Der er intet at fortryde."), 409),
        Problem("gyldigtil_ikke_brugt", _("En aktiv rækkes gyldigTil bruges ikke"),
                _("Nedlæg institutionen, hvis den skal lukke den dag.")),
        Problem("uden_enhed", _("Daginstitutionen har ingen enheder"),
                _("En daginstitution skal have mindst én anvisningsenhed.")),
    ]
)  # fmt: skip
