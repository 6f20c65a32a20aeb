"""P20: what says who somebody is, or opens a door."""

import re
import string
from collections.abc import Iterator

from tiebreak.checks.facts import Item
from tiebreak.checks.finding import Problem
from tiebreak.checks.options import Settings

_WHY = "A model may learn it by heart and say it to anybody."
_REMEDY = "Replace it by a placeholder, and ask whether the texts may be used at all."

E_MAIL = Problem("P20", "warning", "an e-mail address", _WHY, _REMEDY)
PHONE = Problem("P20", "warning", "a phone number", _WHY, _REMEDY)
IBAN = Problem("P20", "warning", "an IBAN (its check digits are right)", _WHY, _REMEDY)
CARD = Problem("P20", "warning", "a card number (its check digit is right)", _WHY, _REMEDY)
KEY = Problem(
    "P20", "warning", "an API key or private key", _WHY, "Revoke the key first; then remove it."
)

_E_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]{1,64})@((?:[\w-]{1,63}\.)+[A-Za-z]{2,24})(?![\w@])")
# Kept for examples by RFC 2606 and RFC 6761, or what everybody writes for one.
_EXAMPLE_HOSTS = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost)(?:\.|$)|^(?:e?mail|domain|company|website)\.com$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.+/=-])(?:"
    r"\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}"
    r"|(?:1[ .-])?\d{3}([.-])\d{3}\1\d{4}"
    r")(?![\w=-]|\.\d)"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(
    r"(?<![\d.,-])(?:3[47]|4\d|5[1-5]|2[2-7]|6[05]|35|36)\d{2}(?:[ -]?\d){9,15}(?![\d-]|[.,]\d)"
)
_KEY = re.compile(
    r"\bsk-(?=[\w-]{0,200}\d)[\w-]{20,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bgithub_pat_\w{22,}|\bAIza[\w-]{35}|\bxox[abprs]-[\w-]{10,}|\bhf_[A-Za-z]{34}\b"
    r"|\bglpat-[\w-]{20}|\bsk_live_\w{16,}|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
    r"|\beyJ[\w-]{10,1000}\.eyJ[\w-]{10,}\.[\w-]{10,}"
)
# Looking for these first is many times faster than the pattern alone.
_KEY_STARTS = (
    *("sk-", "sk_live_", "AKIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "AIza"),
    *("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "hf_", "glpat-", "-----BEGIN", "eyJ"),
)
_FEWEST_DIGITS = 9
_DIGITS = re.compile(rf"(?:\D*\d){{{_FEWEST_DIGITS}}}")
_LONGEST_PHONE = 15
_FAKE = re.compile(r"555|12345|(\d)\1{4}|00000")
_IBAN_LENGTHS = range(15, 35)


def personal_data(item: Item, _: Settings) -> Iterator[Problem]:
    """P20: e-mail addresses, phone numbers, IBANs, cards and keys, but for plain examples."""
    problems: dict[Problem, None] = {}
    for text in item.strings:
        if "@" in text and any(map(_is_address, _E_MAIL.finditer(text))):
            problems[E_MAIL] = None
        if any(map(text.__contains__, _KEY_STARTS)) and _KEY.search(text):
            problems[KEY] = None
        if not _has_digits(text):
            continue
        if any(_is_phone(match.group()) for match in _PHONE.finditer(text)):
            problems[PHONE] = None
        if any(_is_iban(match.group()) for match in _IBAN.finditer(text)):
            problems[IBAN] = None
        if any(_is_card(match.group()) for match in _CARD.finditer(text)):
            problems[CARD] = None
    yield from problems


def _has_digits(text: str) -> bool:
    if text.isascii() and not any(map(text.__contains__, string.digits)):  # which is quickly told
        return False
    return _DIGITS.match(text) is not None


def _is_address(match: re.Match[str]) -> bool:
    name, host = match.groups()
    return name.lower() != "git" and not _EXAMPLE_HOSTS.search(host)


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return _FEWEST_DIGITS <= len(digits) <= _LONGEST_PHONE and not _FAKE.search(digits)


def _is_iban(text: str) -> bool:
    """Tell whether the check digits are right: ISO 13616, by ISO 7064 mod 97-10."""
    code = text.replace(" ", "")
    if len(code) not in _IBAN_LENGTHS:
        return False
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """Tell whether the check digit is right: Luhn's, ISO/IEC 7812-1."""
    digits = [int(char) for char in text if char.isdigit()]
    if len(set(digits)) < 3:  # noqa: PLR2004 - zeros and the like
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
