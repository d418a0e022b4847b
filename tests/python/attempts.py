"""Attempts to get personal data past the audit: each kind in many spellings. Nobody stands behind them."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from urllib.parse import quote

NUMBER = "01019012345"
GROUPED = "010190 12345"


def completed(digits: str) -> str:
    """Nine digits and the two control digits that agree with them; the first of the hundred pairs that does."""
    for pair in range(100):
        number = f"{digits}{pair:02}"
        values = [int(digit) for digit in number]
        if all(
            sum(weight * value for weight, value in zip(weights, values, strict=False)) % 11 == 0
            for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
        ):
            return number
    raise ValueError(f"no control digits agree with {digits}")


WITH_CONTROL_DIGITS = completed("210689124")
HELP_NUMBER = completed("800000012")


def full_width(text: str) -> str:
    """The text in signs of full width."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def in_digits_of(zero: int) -> Callable[[str], str]:
    """Spell digits in the script whose nought has this code."""
    return lambda text: "".join(chr(zero + int(sign)) if sign.isdecimal() else sign for sign in text)


def with_between(sign: str) -> Callable[[str], str]:
    """Put a sign between all letters."""
    return lambda text: sign.join(text)


def circled(text: str) -> str:
    """The text with digits in circles."""
    return "".join({"0": "⓪"}.get(sign, chr(0x2460 + int(sign) - 1)) if sign.isdecimal() else sign for sign in text)


WORDS = dict(zip("0123456789", ["null", "en", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni"], strict=True))

# Ways to write any of the kinds that a reader would not notice, or would read through.
DISGUISES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a sentence": lambda text: f"Ved spørsmål om svaret: {text}. Se vedlegg 2.",
    "in brackets": lambda text: f"({text})",
    "after a comma": lambda text: f"Nordmann,{text}",
    "between quotes": lambda text: f"«{text}»",
    "full width": full_width,
    "zero-width spaces": with_between("\u200b"),
    "soft hyphens": with_between("\u00ad"),
    "joiners": with_between("\u2060"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "thin spaces": lambda text: text.replace(" ", "\u2009"),
    "a mark for the order of writing": lambda text: f"\u202d{text}\u202c",
    "entities": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "entities in hexadecimal": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text),
    "entities twice": lambda text: html.escape("".join(f"&#{ord(sign)};" for sign in text)),
    "percent codes": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "a web address": lambda text: f"https://example.no/?q={quote(text, safe='')}",
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for the web": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hexadecimal": lambda text: text.encode().hex(),
    "letters apart": lambda text: " ".join(text.replace(" ", "")),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "a line break": lambda text: text.replace(" ", "\n"),
    "a tabulator": lambda text: text.replace(" ", "\t"),
}

# Ways to write a number of a person only.
OF_NUMBERS: dict[str, str] = {
    **{
        name: spelling
        for name, spelling in {
            "Arabic digits": in_digits_of(0x660)(NUMBER),
            "Persian digits": in_digits_of(0x6F0)(NUMBER),
            "Devanagari digits": in_digits_of(0x966)(NUMBER),
            "mathematical digits": in_digits_of(0x1D7CE)(NUMBER),
            "circled digits": circled(NUMBER),
            "superscript digits": NUMBER.translate(dict(zip(map(ord, "0123456789"), "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))),
            "keycaps": "".join(f"{sign}\ufe0f\u20e3" for sign in NUMBER),
        }.items()
    },
    "letters for digits": "O1O19O12345",
    "more letters for digits": "0l0l90l2345",
    "words for digits": " ".join(WORDS[sign] for sign in NUMBER),
    "words with dashes": "-".join(WORDS[sign] for sign in NUMBER),
    "glued to a word": f"fnr{NUMBER}",
    "glued to a name": f"Nordmann{NUMBER}",
    "between underscores": f"_{NUMBER}_",
    "in the name of a file": f"svar_{NUMBER}.csv",
    "after an abbreviation": f"nr.{NUMBER}",
    "after a colon": f"personnr:{NUMBER}",
    "a D-number": "41019012345",
    "an H-number": "01419012345",
    "a number made up for tests": "01819012345",
    "with control digits, after a number": "13." + WITH_CONTROL_DIGITS,
    "in longer digits": "2016" + WITH_CONTROL_DIGITS,
    "a help number": HELP_NUMBER,
    **{
        f"as {spelling!r}": spelling
        for spelling in (
            *("010190 12345", "010190-12345", "010190–12345", "010190/12345", "010190.12345", "010190,12345"),
            *("010190_12345", "010190:12345", "010190+12345", "010190 - 12345", "010190*12345", "010190\\12345"),
            *("01.01.90 12345", "01.01.90-12345", "01/01/90 12345", "01-01-90-12345", "01 01 90 12345"),
            *("01.01.1990 12345", "01.01.1990-12345", "1990-01-01 12345", "19900101-12345", "01011990 12345"),
            *("010190 123 45", "01 01 90 123 45", "0101 9012 345", "010 190 123 45", "0 1 0 1 9 0 1 2 3 4 5"),
            *(
                "0101901 2345",
                "01019 012345",
                "0-1-0-1-9-0-1-2-3-4-5",
                "0 1.0 1.9 0-1 2 3 4 5",
                "010190, 12345",
                "010190 (12345)",
            ),
            *("01.0190-12345", "010190x12345", "010190 pnr 12345", "0101 90/123 45"),
            *("010190 · 12345", "010190—12345", "010190−12345", "010190\u00a012345", "010190\u202f12345"),
        )
    },
}

# Kinds of personal data, each in the spellings that a person would use; every disguise is put on the first of each.
KINDS: dict[str, list[str]] = {
    "personal number": [NUMBER, *OF_NUMBERS.values()],
    "telephone": [
        *(
            "tlf 22123456",
            "2212 3456",
            "221 23 456",
            "22 12 3456",
            "(22) 12 34 56",
            "tlf. 22 12 34 56",
            "tlf22123456",
            "Tlf.: 221 23 456",
            "telefon: 22-12-34-56",
            "mob 912-34-567",
        ),
        *("mobil 91234567", "+47 22 12 34 56", "+4722123456", "004722123456", "(+47) 912 34 567", "+47-912-34-567"),
        *("22 12 34 56", "22.12.34.56", "22-12-34-56", "912 34 567", "91234567", "9123 4567", "ring 91 23 45 67"),
        *(
            "22123456",
            "+46 70 123 45 67",
            "0046701234567",
            "tel:+4791234567",
            "phone no. 912 34 567",
            "SMS til 91234567",
        ),
        *("9 1 2 3 4 5 6 7", "Telefonnr 22123456", "tlf (22) 12 34 56", "91.23.45.67", "91/23/45/67"),
    ],
    "mail": [
        *(
            "kari.nordmann@kommune.no",
            "kari(@)kommune.no",
            "kari -at- kommune.no",
            "kari*at*kommune.no",
            "kari@kommune.no",
            "kari(at)kommune.no",
            "kari [at] kommune.no",
            "kari{at}kommune.no",
        ),
        *("kari (at) kommune (dot) no", "kari.nordmann at kommune.no", "kari @ kommune.no", "kari@kommune . no"),
        *("kari krøllalfa kommune.no", "kari krøllalfa kommune punktum no", "kari at kommune dot no", "kåre@bærum.no"),
        *("mailto:kari@kommune.no", "kari＠kommune．no", "KARI@KOMMUNE.NO", "kari(a)kommune.no", "kari_at_kommune.no"),
        *(
            "e-post: kari",
            "kari.nordmann@kommune no",
            "kari@kommune,no",
            "kari+rus@post.kommune.no",
            "<kari@kommune.no>",
            "kari[alfa]kommune[.]no",
        ),
    ],
    "birth": [
        *(
            "født 01.01.1990",
            "f. 01.01.90",
            "født 010190",
            "Kari Nordmann, født 1990",
            "Kari Nordmann (f. 1990)",
            "01.01.1990",
        ),
        *("1. januar 1990", "01/01/1990", "1990-01-01", "born 1 January 1990", "January 1, 1990", "DOB 1990-01-01"),
        *("fødselsdato: 1.1.90", "Ola M. Nordmann f. 1985", "01 01 1990 født den 01.01.1990", "f.dato 01.01.90"),
        *("01.01.90", "1990.01.01", "01011990", "19900101", "Kari Nordmann 010190", "Kari Nordmann, 01.01.12"),
    ],
    "address": [
        *(
            "Storgata 1",
            "Kari bor i Storgata 14 B",
            "Karl Johans gate 22",
            "Kirkeveien 166",
            "Parkvegen 3",
            "storgata 12",
        ),
        *("Storgt. 3", "Torggata 5c", "Postboks 123", "adresse: Fjellet", "221 Baker Street", "Rådhusplassen 1"),
        *("59.91390, 10.75220", "Strandveien 12, 9007 Tromsø", "P.O. Box 12", "Skoleveien 7"),
    ],
    "number of a person": [
        *(
            "pasientnr 4711",
            "pasient nr. 4711",
            "Respondent 17",
            "løpenr 17",
            "journalnr: 2016-4711",
            "klient-ID: A123",
        ),
        *("HPR-nr 1234567", "HPR 1234567", "brukernr. 12", "DUF-nr 201612345612", "2016 123456 12", "201699345612"),
        *(
            "passnr 12345678",
            "pass CCC123456",
            "CCC123456",
            "N1234567",
            "personnr 12345",
            "fnr 010190",
            "medlemsnr 123",
        ),
        *(
            "informant 3",
            "deltaker-nr 12",
            "patient no 12",
            "D-nummer 410190",
            "fødselsnummer: 010190 xxxxx",
            "journal-id 99",
        ),
    ],
    "account": [
        *(
            "1234.56.78903",
            "1234 56 78903",
            "konto 1234 56 78903",
            "12345678903",
            "kontonr 12345678901",
            "NO93 8601 1117 947",
        ),
        *("NO9386011117947", "4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004"),
    ],
    "vehicle": ["EK12345", "EK 12345", "EK-12345", "bilnr 12345", "reg.nr. EK 12345"],
    "network": [
        *(
            "192.168.10.25",
            "IP 84.208.1.2",
            "2001:db8:85a3::8a2e:370:7334",
            "00:1A:2B:3C:4D:5E",
            "facebook.com/kari.nordmann",
        ),
        *("https://www.linkedin.com/in/kari", "fe80::1ff:fe23:4567:890a", "instagram.com/kari"),
    ],
    "foreign": ["900101-1234", "19900101-1234", "010190-1234", "123-45-6789", "010190-123A", "AB 12 34 56 C"],
}

# What a release holds rightly, and looks like one of the kinds.
HARMLESS = [
    *("2016-2020", "2014-07..2015-12", "2017, 2018 og 2019", "2016 2017 2018 2019", "10 20 30 40 50", "20161123"),
    *(
        "20161123T065859Z",
        "41 234 567 kroner",
        "kr 41 234 567",
        "45678901 kroner",
        "NOK 45678901",
        "58 908 000",
        "1 234 567",
    ),
    *(
        "12 345 678 901 kr",
        "10 121 345 678 kroner",
        "983658725",
        "Fafo-rapport 2018:08, tabell 4.3, 4.5 og 4.6",
        "IS-24/8",
    ),
    *("ISBN 978-82-324-0443-4", "Tildelingsbrev 2017, pkt. 3.1.3.2", "Prop. 15 S (2015-2016)", "9, 2016, 2018-03-31"),
    *(
        "53,961",
        "99999912345",
        "13.01019012345",
        "0.01019012345",
        "@SkrivTil",
        "a@b",
        "16-24 år, 25-34 år",
        "2400-2600 millioner",
        "500–600 mill. i boligtilskudd",
    ),
    *("Helsedirektoratet teller 587 739 for 2017", "17. desember 2020", "§ 12", "https://example.no/91234567"),
    *(
        "https://www.nrk.no/troms/ny-type-straff-1.13368823",
        "Spørsmål 12 til brukerne",
        "av 1 000 pasienter 17 prosent",
    ),
    *("bruker 12 prosent mer", "endringen 12 prosent", "i 2016 (423), 2017 (422) og 2018 (441)", "døgnplass 24 timer"),
    *("20535 personer i 264 kommuner", "428 kommuner, 20 535 personer", "2019–2020 (mars)", "v0.1.0-12-g9aa71f3"),
    *("to av tre kommuner", "en til fire personer", "looked at ssb.no", "look at table 4.1", "1.5.6", "12,5 34,2 45,1"),
    *("Oslo, 0301", "0301 Oslo", "per 100 000 innbyggere 15-64 år", "Byar 95 %: 251,927-319,004", "Gata i fokus"),
    *(
        "2016 20 12345 personer",
        "12,5 11,2 345",
        "12, 15, 18, 20 og 25 kommuner",
        "1 2 3",
        "kommune 0301 og 1103: 12 345",
    ),
]
