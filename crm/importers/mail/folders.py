"""What a mailbox folder or Gmail label is for, in the languages people use their mail in.

The decision to know: only whole names count, without case and accents. "Sent" is what you wrote; a
folder "Sent to the printer" is an ordinary one, and so is `All mail Including Spam and Trash.mbox`.
The names are those of Gmail, Outlook, Apple Mail and Thunderbird in their own translations.
"""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from pathlib import PurePosixPath

from crm.domain.text import folded


class Use(StrEnum):
    """What a folder or label says about the messages in it."""

    SENT = "sent"
    SPAM = "spam"
    TRASH = "trash"
    DRAFTS = "drafts"
    CHATS = "chats"


_WORDS: dict[Use, str] = {
    Use.SENT: """
        sent; sent mail; sent items; sent messages; sent-mail; outbox; all sent mail; sent objects
        gesendet; gesendete; gesendete objekte; gesendete elemente; gesendete nachrichten; postausgang
        envoyés; messages envoyés; éléments envoyés; courrier envoyé; objets envoyés; boîte d'envoi
        enviado; enviados; elementos enviados; mensajes enviados; correo enviado
        inviati; posta inviata; messaggi inviati; elementi inviati; posta in uscita
        verzonden; verzonden items; verzonden berichten; verstuurd; verzonden e-mail
        enviada; enviadas; itens enviados; mensagens enviadas; e-mails enviados; correio enviado
        wysłane; elementy wysłane; wysłane wiadomości; poczta wysłana
        skickat; skickade; skickade objekt; skickade meddelanden; skickad e-post
        sendt; sendte; sendt post; sendte elementer; sendte meddelelser; sendte beskeder
        送信済み; 送信済みメール; 送信済みアイテム; 送信済みメッセージ; 送信済みトレイ
        sendte e-poster; lähetetyt; odeslané; odeslaná pošta; отправленные; надіслані; gönderilmiş postalar
        gönderilmiş öğeler; trimise; elküldött; 已发送; 已发送邮件; 寄件備份; 보낸편지함; 보낸 편지함
    """,
    Use.SPAM: """
        spam; junk; junk mail; junk e-mail; junk email; bulk mail; spam mail
        junk-e-mail; spamverdacht; unerwünscht; unerwünschte werbung
        indésirables; courrier indésirable; pourriel; messages indésirables
        correo no deseado; no deseado; correo basura; spam y correo no deseado
        posta indesiderata; indesiderata
        ongewenst; ongewenste e-mail; ongewenste reclame
        lixo eletrônico; lixo eletrónico; correio eletrônico não solicitado; e-mail de lixo
        correio não solicitado
        wiadomości-śmieci; wiadomości śmieci; niechciane
        skräppost; skräp; uønsket; uønsket mail; uønsket e-post; søppelpost; roskaposti
        迷惑メール; 迷惑; スパム; nevyžádaná pošta; спам; gereksiz; istenmeyen; 垃圾邮件; 垃圾郵件; 스팸함
    """,
    Use.TRASH: """
        trash; bin; deleted; deleted items; deleted messages; rubbish; trash can
        papierkorb; gelöscht; gelöschte objekte; gelöschte elemente; gelöschte nachrichten
        corbeille; éléments supprimés; messages supprimés; supprimés
        papelera; papelera de reciclaje; elementos eliminados; mensajes eliminados; eliminados
        cestino; posta eliminata; messaggi eliminati; elementi eliminati
        prullenbak; verwijderd; verwijderde items; verwijderde berichten
        lixeira; lixo; itens excluídos; itens eliminados; mensagens apagadas; reciclagem
        kosz; elementy usunięte; usunięte
        papperskorg; papperskorgen; borttagna objekt; borttaget
        papirkurv; papirkurven; slettet post; slettede elementer; slettede; søppel
        ゴミ箱; 削除済み; 削除済みアイテム; 削除済みメッセージ
        roskakori; koš; удаленные; корзина; кошик; çöp kutusu; silinmiş öğeler
        已删除; 已删除邮件; 垃圾桶; 휴지통
    """,
    Use.DRAFTS: """
        draft; drafts; templates; unsent messages
        entwurf; entwürfe; vorlagen
        brouillon; brouillons; modèles
        borrador; borradores; plantillas
        bozza; bozze
        concept; concepten
        rascunho; rascunhos
        wersje robocze; szkice; kopie robocze; wersja robocza
        utkast; udkast; kladder; kladde
        下書き; luonnokset; koncepty; rozepsané; черновики; чернетки; taslaklar; ciorne; 草稿;
        草稿匣; 임시보관함
    """,
    Use.CHATS: """
        chat; chats; google chat; chatverläufe; chatgesprekken; chattar; czat; czaty
        conversation history; чаты; チャット
    """,
}
_USES = {
    folded(word): use for use, words in _WORDS.items() for word in re.split(r"[;\n]", words) if word.strip()
}
_NUMBERED = re.compile(r"(?:[-_]\d{1,4}|\s*\(\d{1,4}\))$")
"""Takeout and Thunderbird number the parts of a large folder: `Gesendet-002.mbox`, `Sent-1`."""
_SUFFIXES = (".mbox", ".mbx", ".sbd", ".eml", ".emlx")
_MAILDIR = frozenset(("cur", "new", "tmp"))
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def use_of(name: str) -> Use | None:
    """Return what the folder or label `name` is for, or None for an ordinary one."""
    word = folded(name)
    return _USES.get(word) or _USES.get(_NUMBERED.sub("", word))


def use_of_member(member: str, outer: str) -> Use | None:
    """Return what the folder is for in which a message or mailbox file lies.

    Args:
        member: its path in the export: `Mail/Gesendet.mbox`, `.Sent/cur/17.x:2,S`, `Sent.mbox/mbox`.
        outer: the name of the export itself, which is the folder of members at the top.

    """
    *parents, last = PurePosixPath(member).parts
    if parents and parents[-1] in _MAILDIR:
        parents.pop()
        last = parents.pop() if parents else outer
    elif last.casefold() == "mbox" or last.casefold().endswith(
        (".eml", ".emlx")
    ):  # Apple Mail; loose messages
        last = parents.pop() if parents else outer
        if last.casefold() == "messages" and parents:  # Apple Mail keeps `Sent.mbox/Messages/17.emlx`
            last = parents.pop()
    elif not parents and _maildir_message(last):
        last = outer
    name = last
    for suffix in _SUFFIXES:
        if name.casefold().endswith(suffix):
            name = name[: -len(suffix)]
            break
    return use_of(_modified_utf7(name)) or use_of(_modified_utf7(name.rpartition(".")[2]))


def _maildir_message(name: str) -> bool:
    return re.search(r"[:;!]2,[A-Za-z]*$", name) is not None


def _modified_utf7(name: str) -> str:
    """Read the folder names of IMAP servers: `Entw&APw-rfe` (RFC 3501, section 5.1.3)."""
    if "&" not in name:
        return name
    return _SHIFTED.sub(_unshifted, name)


def _unshifted(match: re.Match[str]) -> str:
    if not match[1]:
        return "&"
    data = match[1].replace(",", "/")
    try:
        return base64.b64decode(data + "=" * (-len(data) % 4)).decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return match[0]
