"""Danish text made comparable: words, names, addresses, contacts."""

import pytest

from institutions.duplicates import addresses, names, records, text
from institutions.duplicates.words import Kind, kinds_of, split


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Børnehuset Æblehaven", "boernehuset aeblehaven"),
        ("BØRNEHUSET", "boernehuset"),
        ("Børnehuset Åkanden".encode().decode("cp1252"), "boernehuset aakanden"),
        ("B\ufffdrnehuset", "b?rnehuset"),
        ("A\N{COMBINING RING ABOVE}kanden", "aakanden"),
        ("Kindergarten Bülderup", "kindergarten bylderup"),
    ],
)
def test_letters_are_folded_and_mended(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kjærvænget", "Kjaervaenget"),
        ("Aagaarden", "Ågården"),
        ("Hvidkløver", "Vidkløver"),
        ("Hjulet", "Julet"),
        ("Mejsen", "Maisen"),
        ("Lindegården", "Linegården"),
        ("Skildpadden", "Skilpaden"),
        ("Fredericia", "Frederikia"),
        ("Axelborg", "Akselborg"),
        ("Krogsgaard", "Krogsgård"),
        ("Zebraen", "Sebraen"),
        ("Wigwam", "Vigvam"),
        ("Therese", "Terese"),
    ],
)
def test_one_sound_in_two_spellings_is_one(one: str, other: str) -> None:
    heard = {text.skeleton(text.fold(word)).replace("ai", "aj") for word in (one, other)}
    assert len(heard) == 1


@pytest.mark.parametrize("word", ["Solstråle", "Solstrålen", "Solstrålens"])
def test_an_ending_tells_nothing(word: str) -> None:
    assert text.stem(text.fold(word)) == text.stem("solstraalen")


def test_hard_and_soft_consonants_are_heard_as_one() -> None:
    assert text.consonants("agerborgen") == text.consonants("akerporken")


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("Odense SØ", "odense"),
        ("København NV", "kobenhavn"),
        ("Aarhus Kommune", "arhus"),
        ("Vesthimmerlands Kommune", "vestimerlan"),
        ("Vesthimmerland", "vestimerlan"),
        ("Århus", "arhus"),
        ("9000 Aalborg", "alborg"),
        ("Høje-Taastrup", "hojetastrup"),
        ("Ry", "ry"),
        ("Nykøbing Sj", "nykobing"),
        ("", ""),
    ],
)
def test_a_place_has_no_district_and_no_kommune(written: str, place: str) -> None:
    assert text.place(written) == place


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("boernehave", Kind.KINDERGARTEN),
        ("bh", Kind.KINDERGARTEN),
        ("boernehvae", Kind.KINDERGARTEN),
        ("vug", Kind.NURSERY),
        ("vugestuen", Kind.NURSERY),
        ("bhus", Kind.INTEGRATED),
        ("idraetsinst", Kind.GENERIC),
        ("naturbhv", Kind.KINDERGARTEN),
        ("boernehuset", Kind.INTEGRATED),
        ("int", Kind.INTEGRATED),
        ("sfo", Kind.AFTER_SCHOOL),
        ("fritidsklubben", Kind.CLUB),
        ("dagplejen", Kind.CHILDMINDING),
        ("klynge", Kind.PARENT),
        ("friskole", Kind.FOREIGN),
        ("bondegaarden", None),
        ("bjoernehuset", None),
        ("klangen", None),
        ("solstraalen", None),
    ],
)
def test_a_word_says_its_kind_also_misspelt_but_no_name_is_taken_for_one(word: str, kind: Kind | None) -> None:
    assert set(kinds_of(word)) == ({kind} if kind else set())


def test_a_short_form_of_two_kinds_says_both() -> None:
    assert kinds_of("boerneh") == kinds_of("borneh") == {Kind.KINDERGARTEN, Kind.INTEGRATED}


def test_a_compound_is_a_name_and_a_kind() -> None:
    assert split("kantorparkboernehaven") == ("kantorpark", frozenset({Kind.KINDERGARTEN}))
    assert split("legevaerksboernhuset") == ("legevaerks", frozenset({Kind.INTEGRATED}))
    assert split("legevaerksboernhavn") == ("legevaerks", frozenset({Kind.KINDERGARTEN}))
    assert split("solstraalen") is None


@pytest.mark.parametrize(
    ("written", "words", "kinds", "numerals"),
    [
        ("Børnehaven Solstrålen", ("solstraalen",), {Kind.KINDERGARTEN}, set()),
        ("Bh. Solstrålen", ("solstraalen",), {Kind.KINDERGARTEN}, set()),
        ("Solstrålen s/i v/ Hanne Holm", ("solstraalen",), set(), set()),
        ("Børnehaven v/Ellekilde", ("ellekilde",), {Kind.KINDERGARTEN}, set()),
        ("Idrætsbørnehuset v/Kuplen", ("kuplen",), {Kind.INTEGRATED}, set()),
        ("Skovbørnehaven", ("skov",), {Kind.KINDERGARTEN}, set()),
        ("Børnehaven", (), {Kind.KINDERGARTEN}, set()),
        ("Ugleboet (0,6-6 år)", ("ugleboet",), set(), set()),
        ("Ugleboet 0-5 år - Odder", ("ugleboet", "odder"), set(), set()),
        ("Børnehaven Ugleboet (1)", ("ugleboet",), {Kind.KINDERGARTEN}, set()),
        ("Ugleboet, Aarhus C", ("ugleboet", "aarhus"), set(), set()),
        ("D.I.I. Ellekilde", ("ellekilde",), {Kind.INTEGRATED}, set()),
        ("Dagtilbud Nord, afd. Myretuen", ("nord", "myretuen"), {Kind.PARENT}, set()),
        ("Vibegården II", ("vibegaarden",), set(), {"2"}),
        ("Vibegården 2", ("vibegaarden",), set(), {"2"}),
        ("Børnehuset Taastrup, Hus 2", ("taastrup",), {Kind.INTEGRATED}, {"2"}),
        ("Klynge I", ("dagtilbud1",), {Kind.PARENT}, {"1"}),
        ("Børnehaven i Nykøbing", ("nykoebing",), {Kind.KINDERGARTEN}, set()),
        ("Skovbrynet, Aalborg V", ("skovbrynet", "aalborg"), set(), set()),
        ("Lærken (tidl. Svalen)", ("laerken", "svalen"), set(), set()),
        ("Svalen nu Lærken", ("laerken", "svalen"), set(), set()),
        ("Skt. Josef", ("sankt", "josef"), set(), set()),
        ("Vuggestue/børnehave Gl. Mølle", ("gammel", "moelle"), {Kind.NURSERY, Kind.KINDERGARTEN}, set()),
        ("Randers Kommune, Pilen", ("randers", "pilen"), set(), set()),
        ("", (), set(), set()),
    ],
)
def test_a_name_is_taken_apart(written: str, words: tuple[str, ...], kinds: set[Kind], numerals: set[str]) -> None:
    name = names.parse(written)
    assert (name.words, set(name.kinds), set(name.numerals)) == (words, kinds, numerals)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nørre Allé 5", "Nr. Alle 5"),
        ("Sdr. Boulevard 12 A", "Søndre Blvd. 12A"),
        ("Gl. Skolevej 3", "Gammel Skolev. 3"),
        ("Skt. Jørgens Gade 7", "Sankt Jørgens Gd. 7"),
        ("Egevejen 9", "Egevej 9"),
        ("Kærvej 4, 8000 Aarhus C", "Kærvej 4"),
        ("c/o Hansen, Kærvej 4", "Kærvej 4"),
        ("Lærke Plads 2", "Lærke Pl. 2"),
    ],
)
def test_two_ways_to_write_an_address_are_one(one: str, other: str) -> None:
    first, second = addresses.parse(one), addresses.parse(other)
    assert (first.street, first.number, first.letter) == (second.street, second.number, second.letter)


def test_an_address_has_a_range_a_letter_a_postcode_and_a_town() -> None:
    found = addresses.parse("Parkvej 12-16", "DK-8000", "")
    assert (found.number, found.last_number, found.postcode) == (12, 16, "8000")
    assert addresses.parse("Parkvej 12 b, st.").letter == "b"
    assert addresses.parse("12 Parkvej").street == addresses.parse("Parkvej 12").street
    inside = addresses.parse("Parkvej 12, 8000 Aarhus C")
    assert (inside.postcode, inside.town) == ("8000", "arhus")
    assert addresses.parse("Parkvej").number == 0
    assert addresses.parse("") == addresses.Address()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+45 33 11 22 33", ("33112233",)),
        ("tlf. 33112233 / 44 11 22 33", ("33112233", "44112233")),
        ("0045 33112233", ("33112233",)),
        ("123", ()),
        ("info@by.dk", ()),
    ],
)
def test_telephone_numbers_have_eight_digits(written: str, found: tuple[str, ...]) -> None:
    assert records.phones(written) == found


def test_a_mail_address_speaks_a_name_or_is_general() -> None:
    spoken = records.email("Solstraalen@Aarhus.dk ")
    assert (spoken.whole, spoken.user, spoken.domain, spoken.general) == (
        "solstraalen@aarhus.dk", "solstraalen", "arhus", False,
    )  # fmt: skip
    assert records.email("info@aarhus.dk").general
    assert records.email("ingen") == records.Email()


def test_a_record_keeps_only_whole_keys() -> None:
    made = records.of_legacy({"institutionsNummer": "A10001", "navn": "Pilen", "cvrNummer": "DK 12345678"})
    assert (made.number, made.cvr, made.p_number) == ("A10001", "12345678", "")
