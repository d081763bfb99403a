"""What somebody wrote anew: a message without the history it quotes, its signature and its footers.

The decision to know: only what mail programs write is taken away, told by its form and not by its language
where that can be (a line of attribution has a time or an address and stands before a quotation). Answers
between quoted lines stay. Nothing that a person wrote may get lost, so in doubt a line stays.
"""

from __future__ import annotations

import re

_SIGNATURE = re.compile(r"--\s?")
_RULE = re.compile(r"(?:[-_*=]{2,}\s?[^\W\d_][^\n]{2,80}?\s?[-_*=]{2,}|[_]{5,}|[-]{10,})")
"""`-----Original Message-----` in any language, or a bare rule; only with a block of headers below it."""
_SENDER = re.compile(
    r"[*>\s]{0,4}(?:from|von|de|da|van|od|från|fra|lähettäjä|от|від|expéditeur|mittente|remitente|afzender"
    r"|kimden|差出人|发件人|寄件者|보낸 사람)\s?[:：]\*?\s*\S",
    re.IGNORECASE,
)
_FIELD = re.compile(r"[*>\s]{0,4}[^\W\d_][^\n:：]{0,30}[:：]\*?(?:\s|$)")
_DATED = re.compile(r"\d{1,2}[:.h]\d{2}|\b\d{4}\b|\S@\S")
_WROTE = (
    "wrote", "writes", "schrieb", "écrit", "escribió", "scritto", "schreef", "escreveu", "napisał", "skrev",
    "kirjoitti", "napsal", "написал", "пише", "yazdı", "írta", "a scris", "书写", "寫道", "写道", "작성",
)  # fmt: skip
_FOOTER = re.compile(
    r"(?:sent (?:from|via|with|using)|(?:get|download|télécharger) outlook|outlook (?:for|für|pour)"
    r"|von meine[mr]|gesendet (?:von|mit|über)|envoyé (?:de|depuis|à partir|avec)"
    r"|enviado (?:desde|do|da|de|a partir|con|com)|inviato (?:da|dal|dall'|con)"
    r"|verzonden (?:vanaf|met|via)|verstuurd (?:vanaf|met|vanuit|via)|wysłan[eo] (?:z|za)|skickat från"
    r"|sendt fra|отправлено (?:с|из|через))\b.{0,60}?"
    r"(?:iphone|ipad|ios|android|galaxy|samsung|pixel|blackberry|huawei|xiaomi|smartphone|windows"
    r"|mobi[el]|mobiltelefon|handy|tablet|outlook|yahoo|proton ?mail|gmx"
    r"|web\.de|gmail|thunderbird|телефон).{0,60}"
    r"|.{1,40}から送信",
    re.IGNORECASE,
)
"""A telephone's or a program's own line: "Sent from my iPhone". It names a device or program."""
_MARKS = (">", ":", "：", "\n--")
"""A text with none of these quotes nothing and has no signature; most short ones are such."""
_ATTRIBUTION_LINES = 3
_LONGEST_MARK = 250
_BLANKS = re.compile(r"\n{3,}")
_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z]+: [^\n]*\n)*\n?")

_HISTORY = re.compile(
    r"<(?:div|hr|span|table|p)\b[^<>]{0,300}?\b(?:id|class)\s*=\s*[\"']?[^\"'<>]{0,100}?"
    r"(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message|OLK_SRC_BODY_SECTION|moz-forward-container"
    r"|yahoo_quoted|protonmail_quote|zmail_extra|isReplyContent|reply-intro)",
    re.IGNORECASE,
)
"""Where Outlook, Yahoo, Proton and others begin the history that goes to the end of the message."""
_QUOTE_OPENS = re.compile(
    r"<blockquote\b(?=[^<>]{0,300}?(?:type\s*=\s*[\"']?cite|gmail_quote|protonmail_quote|tutanota_quote))",
    re.IGNORECASE,
)
_QUOTE_TAG = re.compile(r"<(/?)blockquote\b[^<>]{0,1000}>?", re.IGNORECASE)
_QUOTED = "<div>&gt;</div>"


def own_words(text: str) -> str:
    r"""Return the new part of a plain text whose lines end with "\n"."""
    if not text or text.isspace():
        return ""
    if "-----BEGIN PGP " in text:
        text = _without_pgp(text)
    lines = text.split("\n")
    kept = _kept(lines) if any(mark in text for mark in _MARKS) else [line.rstrip() for line in lines]
    _drop_footers(kept)
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()


def _kept(lines: list[str]) -> list[str]:
    """Return the lines that are neither quoted nor behind the beginning of a signature or history."""
    kept: list[str] = []
    quoted = False
    for number, line in enumerate(lines):
        if line.startswith((">", " >")):
            if not quoted:
                _drop_attribution(kept)
            quoted = True
            continue
        stripped = line.strip()
        quoted = quoted and not stripped
        marked = stripped and (stripped[0] in "-_*=" or ":" in stripped or "：" in stripped)
        if marked and _ends_here(stripped, lines, number, kept):
            break
        kept.append(line.rstrip())
    return kept


def _without_pgp(text: str) -> str:
    if text.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):  # encrypted: nobody can read it here
        return ""
    return _SIGNED.sub("", text).partition("-----BEGIN PGP SIGNATURE-----")[0]


def _ends_here(line: str, lines: list[str], number: int, kept: list[str]) -> bool:
    """Say whether a signature or the history begins at this line and goes to the end."""
    if len(line) > _LONGEST_MARK:
        return False
    if line[0] in "-_*=":
        if _SIGNATURE.fullmatch(line):
            return any(kept)
        if _RULE.fullmatch(line):
            return _is_header_block(lines, number + 1)
    if line[-1] in ":：" and _says_wrote(line) and _DATED.search(line):
        if _quotation_follows(lines, number + 1):
            return False
        kept.append(line)
        _drop_attribution(kept)
        return True
    return _SENDER.match(line) is not None and _is_header_block(lines, number)


def _says_wrote(line: str) -> bool:
    folded = line.casefold()
    return any(word in folded for word in _WROTE)


def _quotation_follows(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number : number + 4] if line.strip()), "")
    return following.lstrip().startswith(">")


def _is_header_block(lines: list[str], number: int) -> bool:
    """Say whether the next lines that are not empty are `From:`, `Date:`, `To:` in whatever language."""
    following = [line for line in lines[number : number + 8] if line.strip()][:3]
    return len(following) == 3 and all(_FIELD.match(line) for line in following)


def _drop_attribution(kept: list[str]) -> None:
    """Remove the "On 2 January 2024 at 09:30, Ada Byron wrote:" at the end, wrapped or not."""
    end = len(kept)
    while end and not kept[end - 1]:
        end -= 1
    begin = end
    while begin and end - begin < _ATTRIBUTION_LINES and kept[begin - 1]:
        begin -= 1
        written = " ".join(kept[begin:end]).rstrip()
        if not written.endswith((":", "：")):
            return
        # A line more is only looked at as long as there is neither a time nor an address
        if _DATED.search(written) or (end - begin == 1 and len(written) < 80 and _says_wrote(written)):
            if _wrapped_from_above(kept, begin):
                begin -= 1
            del kept[begin:]
            return


def _wrapped_from_above(kept: list[str], begin: int) -> bool:
    """Say whether the line above belongs to the attribution: long, and with a date where this has none."""
    if not begin or not kept[begin - 1]:
        return False
    above = kept[begin - 1]
    return len(above) > 40 and _DATED.search(above) is not None and not above.endswith((".", "!", "?", ":"))


def _drop_footers(kept: list[str]) -> None:
    """Remove what telephones add: "Sent from my iPhone"."""
    while kept and (not kept[-1] or _FOOTER.fullmatch(kept[-1].strip(" *_"))):
        kept.pop()


def html_without_history(markup: str) -> str:
    """Return HTML in which quotations are one line ">", and without the history that goes to the end."""
    history = _HISTORY.search(markup)
    if history and history.start() > 0:
        markup = markup[: history.start()]
    pieces: list[str] = []
    at = 0
    while (opening := _QUOTE_OPENS.search(markup, at)) is not None:
        pieces += (markup[at : opening.start()], _QUOTED)
        at = _end_of_quote(markup, opening.start())
    return "".join(pieces) + markup[at:] if pieces else markup


def _end_of_quote(markup: str, begin: int) -> int:
    """Return where the blockquote that opens at `begin` closes, counting those inside it."""
    depth = 0
    for tag in _QUOTE_TAG.finditer(markup, begin):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return len(markup)
