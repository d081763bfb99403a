"""Words with which people say that they will do something: a table per language, and nothing cleverer.

The decision to know: better to miss a promise than to hold somebody to one they never made. A sentence
counts only where its words stand in these tables next to each other: a first person with one of the verbs of
doing something for the other one ("I'll send", "ich schicke dir"), or a fixed phrase ("je m'en occupe"), and
no word that takes it back ("anbei": it is done already). English, German, French, Spanish, Italian,
Portuguese and Dutch are here; in any other language no promise is found, and none is guessed. A language is
added by adding its tables to `LANGUAGES`.

Words are compared in lower case, with plain apostrophes and single blanks; round brackets, `|`, `?` and
look-arounds mean what they do in a regular expression. Every entry ends with a whole word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Tables(NamedTuple):
    """How one language promises."""

    openers: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    """(who, what): any of the first followed by any of the second is a promise."""
    phrases: tuple[str, ...] = ()
    """Promises as a whole, wherever they stand."""
    first: tuple[str, ...] = ()
    """Promises at the beginning of a sentence only."""
    never_with: tuple[str, ...] = ()
    """Words with which a sentence says something else: an offer, a thing done already, a reason."""


_ADVERB = "((also|then|just|gladly|happily|definitely|certainly|try to|be sure to|make sure to) )?"
_ENGLISH = Tables(
    openers=(
        (
            tuple(f"{who} {_ADVERB}" for who in ("i'll", "i will", "i shall", "(i'm|i am) going to")),
            (
                "answer", "ask (her|him|them|my|the|around|about|if|whether|and)", "book (it|us|you|a)",
                "bring (it|them|you|the|my|a|some)", "call (you|him|her|them)", "check",
                "come back to you", "confirm", "do (it|that|this|so)", "draft", "drop you", "e-?mail",
                "find out", "finish (it|that|the|your|my)", "fix (it|that|the)", "follow up", "forward",
                "get (it|that|them|this) (to|back|done|over)", "get back to", "get you",
                "give you (a|the|my|some)", "have a look", "introduce",
                "keep you (posted|updated|informed)", "lend", "let you know",
                "look (at|into|for|it|that|them|through)", "mail", "message you", "order (it|one|them)",
                "pass (it|that|them) on", "pick (it|you|them) up", "ping you", "post (it|them|you)",
                "prepare", "put you in touch", "read (it|that|your|the)", "remind you", "reply",
                "report back", "return (it|your)", "ring you", "see if", "send",
                "share (it|them|the|my|that)", "show you", "sort (it|that|this) out",
                "take a (look|photo|picture)", "take care of", "tell (him|her|them)",
                "tell you (more|how|when|all|everything)", "text you", "think about", "think it over",
                "try it", "update you", "upload", "watch (it|that)", "write",
            ),
        ),
        (
            ("let me ",),
            (
                "ask (her|him|them|my|the|around|about|if|whether)", "call (him|her|them)", "check", "draft",
                "find out", "get back to you", "have a look", "look (at|into|it|for)", "send you",
                "see (if|what|whether)", "take a look", "think about", "think it over",
            ),
        ),
    ),
    phrases=("i promise (to|i'll|i will|you)", "remind me to", "you'll have it (by|on|tomorrow|soon)"),
    first=("will (send|let you know|get back|write|call you|check|look into|report back|keep you posted)",),
    never_with=("^if",),
)  # fmt: skip

_DE = "((es|das|sie|ihn|die) )?(dir|euch|ihnen)"
_DE_LATER = "(dann|morgen|bald|später|noch|wieder|gleich|heute|nächste)"
_GERMAN = Tables(
    openers=(
        (
            ("ich ",),
            (
                f"(antworte|besorge?|bringe?|leihe?|leite|maile?|schicke?|sende|suche?|zeige?) {_DE}",
                f"schreibe? {_DE} {_DE_LATER}",
                f"(gebe?|sage?) {_DE} (\\w+ )?bescheid",
                f"erzähle? {_DE} (davon|mehr|alles|{_DE_LATER})", "melde? mich", "kümmere? mich",
                "rufe? (dich|euch|sie) (\\w+ )?(an|zurück)", "lasse? ((es|das) )?(dich|euch|sie) wissen",
                "schaue? (\\w+ )?nach", "frage? (\\w+ )?nach",
                "schaue? ((es|das) )?mir (es|das|mal|\\w+ an)",
            ),
        ),
        (
            ("ich werde ", "werde ich "),
            (
                _DE, "mich (\\w+ ){0,2}(melden|kümmern)",
                "(es|das|sie|ihn) (\\w+ ){0,2}(machen|tun|lesen|ansehen|anschauen|prüfen|schicken|suchen)",
                "(es|das|sie|ihn) (\\w+ ){0,2}(besorgen|klären|versuchen|bringen)",
                "(\\w+ )?(nachsehen|nachschauen|nachfragen|berichten|antworten)",
            ),
        ),
    ),
    phrases=(
        f"(schicke?|sende|bringe?|maile?|besorge?|zeige?|leihe?) ich {_DE}",
        f"(gebe?|sage?) ich {_DE} (\\w+ )?bescheid", "melde? ich mich", "kümmere? ich mich", "das mache? ich",
        "rufe? ich (dich|euch|sie) (\\w+ )?(an|zurück)", "ich verspreche ((es|das) )?(dir|euch)",
        "erinnere? mich daran", "schaue? ich (mir )?(\\w+ )?(an|nach)", "frage? ich (\\w+ )?nach",
    ),
    first=("mache? ich", "versprochen", "melde? mich", "(schicke?|gebe?|sage?) (dir|euch) (bescheid|es|das)"),
    never_with=(
        "^falls", "^wenn (du|ihr|sie) (magst|willst|möchtest|wollt|mögt|möchten|wollen)", "anbei",
        "im anhang",
        "hiermit", "weil", "gerade", "nicht", "nie", "oft", "immer",
    ),
)  # fmt: skip

_FR = "(t'|te |vous )((le|la|les|l'|en) ?)?"
_FRENCH = Tables(
    openers=(
        (
            (f"je {_FR}", "je (le|la|les) lui ", "je lui "),
            (
                "apporte", "envoie", "appelle", "rappelle", "tiens au courant", "transmets", "transfère",
                "prête", "enverrai", "écrirai", "appellerai", "rappellerai", "tiendrai au courant",
                "apporterai", "transmettrai", "répondrai", "dirai", "donnerai", "montrerai", "prêterai",
                "ferai signe", "fais signe", "redis", "recontacte",
                "(écris|réponds) (demain|bientôt|ce soir|dès|vite)",
            ),
        ),
        (
            (f"je vais ({_FR}|l'|le |la |les |m'en |lui )?",),
            (
                "envoyer", "écrire", "appeler", "rappeler", "regarder", "demander", "vérifier", "lire",
                "essayer", "chercher", "occuper", "apporter", "répondre", "transmettre",
                "tenir au courant", "voir (si|ce que|avec)", "réfléchir",
            ),
        ),
    ),
    phrases=(
        "je m'en occupe", "je m'en occuperai", "je (te|vous) (le )?promets", "je vais y réfléchir",
        "j'y réfléchirai", "je le ferai", "rappelle-moi de", "je regarderai", "je vérifierai",
    ),
    first=("promis",),
    never_with=("^si", "ci-joint", "ci-jointe", "ci-joints", "pièce jointe", "ne", "pas", "jamais", "car"),
)  # fmt: skip

_ES_LATER = "(mañana|luego|pronto|después|cuando|en cuanto|esta|el|la próxima)"
_SPANISH = Tables(
    openers=(
        (
            ("(te|os|le|les) ((lo|la|los|las) )?", "se (lo|la|los|las) "),
            (
                "envío", "mando", "llamo", "aviso", "traigo", "presto", "enviaré", "mandaré", "escribiré",
                "llamaré", "avisaré", "pasaré", "traeré", "llevaré", "diré", "contaré", "responderé",
                "contestaré", "confirmo", "confirmaré", "mantengo al (tanto|corriente)",
                "mantendré al (tanto|corriente)", f"(escribo|contesto|respondo|cuento) {_ES_LATER}",
            ),
        ),
        (
            ("voy a ",),
            (
                "(enviar|mandar|escribir|llamar|avisar|pasar|traer|responder|buscar)(te|os|le|les)(lo|la)?",
                "(mirar|buscar|leer|pensar|revisar|intentar)(lo|la)", "pensármelo", "preguntar", "ver si",
                "revisar",
            ),
        ),
    ),
    phrases=("lo haré", "me encargo", "me encargaré", "(te|os) (lo )?prometo", "recuérdame que"),
    first=("prometido",),
    never_with=("^si", "adjunt[oa]s?", "no", "não", "anexo", "nunca", "porque"),
)  # fmt: skip

_IT_LATER = "(domani|presto|dopo|appena|stasera|quando|più tardi)"
_ITALIAN = Tables(
    openers=(
        (
            ("(ti|vi|le) ", "(te|ve) (lo|la|li|le|ne) ", "gliel[oa] "),
            (
                "mando", "invio", "chiamo", "richiamo", "faccio sapere", "porto", "presto", "manderò",
                "invierò", "scriverò", "chiamerò", "richiamerò", "farò sapere", "porterò", "presterò",
                "girerò", "risponderò", "dirò", "terrò (aggiornat|informat)[oaie]",
                "tengo (aggiornat|informat)[oaie]", "confermo", "confermerò",
                f"(scrivo|rispondo|giro) {_IT_LATER}",
            ),
        ),
    ),
    phrases=(
        "ci penso io", "ci penserò", "lo farò", "me ne occupo", "me ne occuperò", "(te )?lo prometto",
        "mi (faccio|farò) (sentire|viva|vivo)", "ricordami di",
    ),
    first=("promesso",),
    never_with=("^se", "in allegato", "allego", "non", "mai", "perché"),
)  # fmt: skip

_PT_LATER = "(amanhã|logo|depois|em breve|quando|assim que|mais tarde)"
_PORTUGUESE = Tables(
    openers=(
        (
            ("(?<!no )(te|lhe|lhes|vos) ",),
            (
                "envio", "mando", "ligo", "aviso", "trago", "empresto", "enviarei", "mandarei",
                "escreverei", "ligarei", "avisarei", "trarei", "direi", "contarei", "responderei",
                "confirmo", "confirmarei", f"(escrevo|respondo|conto) {_PT_LATER}",
            ),
        ),
        (
            ("vou ((te|lhe|vos|já) )?",),
            (
                "(enviar|mandar|escrever|ligar|avisar|trazer|responder)(-(te|lhe|vos))?", "ver se",
                "perguntar", "verificar", "procurar", "ler (o|a|isso)", "tentar", "pensar nisso",
            ),
        ),
    ),
    phrases=(
        "(envio|mando|ligo|aviso|trago|digo|mostro|empresto)-(te|lhe|vos|lhes)",
        f"escrevo-(te|lhe|vos) {_PT_LATER}", "prometo (que|enviar|mandar|ligar|escrever|não)", "farei isso",
        "trato disso", "lembra-me de",
    ),
    first=("prometo", "prometido"),
    never_with=("^se", "anexo", "não", "adjunt[oa]s?", "nunca", "porque"),  # with those of its neighbour
)  # fmt: skip

_NL = "((het|dat|die|ze|hem|haar) )?(je|jou|jullie|u)"
_NL_LATER = "(morgen|snel|later|straks|nog|zo|vanavond|dan|volgende|binnenkort)"
_DUTCH = Tables(
    openers=(
        (("ik ",), (f"(stuur|bel|breng|leen) {_NL}", f"(mail|app|schrijf|vertel) {_NL} {_NL_LATER}")),
        (("(stuur|bel|breng|leen|mail|app|schrijf|vertel) ik ",), (_NL,)),
        (
            ("ik zal ", "zal ik "),
            (
                _NL,
                "(het|dat|er|eens|even|hem|ze) (\\w+ ){0,3}(vragen|kijken|nakijken|opzoeken|sturen|lezen)",
                "(het|dat|er|eens|even|hem|ze) (\\w+ ){0,3}(bekijken|regelen|uitzoeken|navragen|proberen)",
                "(kijken|vragen|nakijken) (of|wat)",
            ),
        ),
        (("ik ga ",), ("(het|dat|even|eens) (\\w+ ){0,3}(vragen|nakijken|opzoeken|sturen|bekijken)",)),
    ),
    phrases=(
        "ik kom er (\\w+ )?op terug", f"ik laat {_NL} (\\w+ ){{0,2}}weten",
        f"laat ik {_NL} (\\w+ ){{0,2}}weten", "ik beloof (het|je|dat|u)", "ik regel het",
        "herinner me eraan",
    ),
    first=("beloofd", "doe ik"),
    never_with=("^als", "bijgevoegd", "bijgaand", "hierbij", "in bijlage", "niet", "nooit", "omdat"),
)  # fmt: skip

LANGUAGES: Mapping[str, Tables] = {
    "English": _ENGLISH,
    "German": _GERMAN,
    "French": _FRENCH,
    "Spanish": _SPANISH,
    "Italian": _ITALIAN,
    "Portuguese": _PORTUGUESE,
    "Dutch": _DUTCH,
}

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ＇`´", "'"))
_LEAD = r"\W{0,4}(?:(?:yes|ok|okay|ja|oui|sí|si|sì|sim|sure|gut|klar|and|und|et|y|e|en)\W{1,3})?"


def promises(sentence: str) -> bool:
    """Say whether a sentence, as somebody wrote it about themselves, says that they will do something."""
    said = " ".join(sentence.casefold().translate(_APOSTROPHES).split())
    return any(
        says.search(said) and not (never is not None and never.search(said)) for says, never in _patterns()
    )


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]:
    """Compile the tables when the first sentence is looked at, and not when the program starts."""
    return tuple((re.compile(_saying(one)), _taking_back(one)) for one in LANGUAGES.values())


def _saying(tables: Tables) -> str:
    ways = [f"(?:{'|'.join(who)})(?:{'|'.join(what)})" for who, what in tables.openers]
    found = rf"(?<!\w)(?:{'|'.join((*ways, *tables.phrases))})(?!\w)"
    return rf"{found}|^{_LEAD}(?:{'|'.join(tables.first)})(?!\w)" if tables.first else found


def _taking_back(tables: Tables) -> re.Pattern[str] | None:
    return re.compile(rf"(?<!\w)(?:{'|'.join(tables.never_with)})(?!\w)") if tables.never_with else None
