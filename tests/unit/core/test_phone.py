"""Phones as people write them, and what a log shows of one (contract §3, §6)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.core.phone import is_e164, mask, to_e164, unreadable

WHOLE = "+573001239155"


@pytest.mark.parametrize("phone", ["+573001239155", "+14155238886", "+4915112345601", "+2901234"])
def test_an_e164_number_may_be_written_to(phone: str) -> None:
    assert is_e164(phone)


@pytest.mark.parametrize(
    "phone", ["", "573001239155", "+0300123915", "+57 300 123", "anonymous", "+123", "+1234567890123456", "+٥٧٣٠٠١٢٣"]
)
def test_anything_else_may_not(phone: str) -> None:
    assert not is_e164(phone)


@pytest.mark.parametrize(
    "listed",
    [
        *("+573001239155", "573001239155", "00573001239155", "+00573001239155", " +573001239155\n", "'+573001239155"),
        *("+57 300 123 9155", "+57-300-123-9155", "+57.300.123.9155", "+57 (300) 123‑9155", "(+57) 300–123–9155"),
        *(
            "\u202a+573001239155\u202c",
            "\ufeff+573001239155",
            "+57\u00a0300\u200b123\u20099155",
            "\u200e57 300 1239155",
        ),
        *("+５７３００１２３９１５５", "＋573001239155", "+٥٧٣٠٠١٢٣٩١٥٥"),
        *("tel:+573001239155", "whatsapp:+573001239155", "WhatsApp: +57 300 123 9155"),
        *("+573001239155 x206", "+573001239155 ext. 206", "+573001239155;ext=206", "+57 300 1239155 #206"),
        *(
            "573001239155.00",
            "573001239155,00",
            "‘+573001239155’",
            "`573001239155",
            "+57_300_123_9155",
            "+57•300•1239155",
        ),
        *("Cel: 573001239155", "Móvil: +57 300 123 9155", "wsp:573001239155", "📱 +573001239155", "🇨🇴573001239155"),
        *("Telf. +573001239155", "Tlf: +57 300 123 9155", "TFNO +573001239155", "573001239155:12@s.whatsapp.net"),
        "https://web.whatsapp.com/send/?phone=573001239155&text=Hola",
        *("https://wa.me/573001239155?text=Hola", "https://api.whatsapp.com/send?phone=573001239155&text=x"),
        *("(0057)3001239155", "(00) 57 300 123 9155", "[+57] 300 1239155", "(00)(57)(300)1239155"),
        *("573001239155 int 206", "+573001239155 Extensión 206", "573001239155.0", "573001239155,"),
    ],
)
def test_one_number_is_one_number_however_it_is_written(listed: str) -> None:
    assert to_e164(listed) == WHOLE


@pytest.mark.parametrize(
    ("listed", "phone"),
    [
        ("14155238886", "+14155238886"),
        ("51987654321", "+51987654321"),  # Peru
        ("56912345678", "+56912345678"),  # Chile
        ("34612345678", "+34612345678"),  # Spain
        ("50212345678", "+50212345678"),  # Guatemala
        ("59171234567", "+59171234567"),  # Bolivia
        ("593991234567", "+593991234567"),  # Ecuador
        ("351912345678", "+351912345678"),  # Portugal
        ("5511987654321", "+5511987654321"),  # Brazil
        ("5215512345678", "+5215512345678"),  # Mexico, as it was
        ("5491112345678", "+5491112345678"),  # Argentina
    ],
)
def test_a_whole_number_without_its_plus_is_understood(listed: str, phone: str) -> None:
    assert to_e164(listed) == phone


@pytest.mark.parametrize(
    "listed",
    [
        *("3001239155", "300 123 9155", "(300) 123-9155", "3001239155 x206", "612345678", "987654321"),
        *("11987654321", "21987654321", "34987654321", "41987654321"),  # Brazil, without its country
        *("03001239155", "0300 123 9155", "011573001239155", "13800138000", "111512345678"),
        *("+44 (0) 20 7946 0958", "+44 [0] 20 7946 0958", "(0044) (0) 20 7946 0958"),
        *("+57 300 123 9155 / +57 301 123 9155", "+571234567/68", "573001239155 573001239156"),
        *("5.73E+11", "573,001,239,155", "+57300123915S", "anonymous", "", "+", "00", "(0", "x206", "ana@example.com"),
        *("Cel 2 3001239155", "https://api.whatsapp.com/send?phone=3001"),
        *("+57" + "3" * 200, "٥٧٣", "+0573001239155"),
    ],
)
def test_a_number_whose_country_is_open_is_no_number(listed: str) -> None:
    assert to_e164(listed) == ""


@given(st.text(max_size=120) | st.text("+0123456789 .-()x", max_size=30))
def test_whatever_a_list_holds_gives_a_phone_or_none_and_never_a_digit_more(listed: str) -> None:
    phone = to_e164(listed)
    assert phone == "" or (is_e164(phone) and to_e164(phone) == phone)
    assert len(phone) <= 1 + sum(char.isdecimal() for char in unicodedata.normalize("NFKC", listed))
    kept = unreadable(listed)
    assert len(kept) <= 40
    assert kept.isprintable()
    assert not set(kept) & {"#", "_"}


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+573001239155", "+57******9155"),
        ("whatsapp:+573001239155", "+57******9155"),
        ("+1234567", "********"),
        ("", ""),
        ("Ana María López", "***************"),
        ("ana@example.com", "***************"),
    ],
)
def test_a_masked_phone_shows_its_country_and_its_end_and_no_name_in_its_place(phone: str, masked: str) -> None:
    assert mask(phone) == masked
