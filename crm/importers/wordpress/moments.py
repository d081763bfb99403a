"""The times of a WordPress export: UTC where it was stored, else the wall clock of the site."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_tz

from crm.domain.records import Precision
from crm.importers.kit.times import EARLIEST, HOUR, MINUTE, SECOND, UNKNOWN, Moment, iso, latest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = "0000-00-00"
_WITHOUT_ZONE = len("2020-01-05 12:50:15")


class Clock:
    """Reads the times of one site.

    `post_date_gmt` and `comment_date_gmt` are UTC although no zone is written there; `0000-00-00` stands in
    them for drafts and in what old versions or other programs wrote. Then the site's wall clock is taken,
    which is that of the user.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._latest = latest()
        self.unknown = 0
        """How many times could not be told."""

    def read(self, gmt: str, local: str, published: str = "") -> Moment:
        """Return a moment from what an entry says: in UTC, by the site's clock, and as feeds write it."""
        moment = self._utc(gmt) or self._rfc(published) or self._wall(local)
        if moment is None or moment.at is None or not EARLIEST <= moment.at <= self._latest:
            self.unknown += 1
            return UNKNOWN
        return moment

    def _utc(self, text: str) -> Moment | None:
        if not text or text.startswith(_NEVER):
            return None
        if len(text) == _WITHOUT_ZONE:
            return iso(f"{text}Z")
        moment = iso(text)
        return moment._replace(assumed=False) if moment else None

    @staticmethod
    def _rfc(text: str) -> Moment | None:
        """Read `Fri, 16 May 2008 22:46:22 +0000`; drafts have a year -0001 there."""
        parts = parsedate_tz(text) if text and "-0001" not in text else None
        if parts is None or not 0 < parts[0] < 10_000 or parts[3] > 23 or parts[4] > 59:
            return None
        day = iso(f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}")
        if day is None or day.at is None:
            return None
        at = day.at + parts[3] * HOUR + parts[4] * MINUTE + min(parts[5], 59) * SECOND
        return Moment(at - (parts[9] or 0) * SECOND, Precision.SECOND)

    def _wall(self, text: str) -> Moment | None:
        if not text or text.startswith(_NEVER):
            return None
        moment = iso(text)
        if moment is None or not moment.assumed:  # a zone is written there, or it is a day
            return moment
        try:
            there = datetime.fromisoformat(text[:19]).replace(tzinfo=self._zone)
            since = there - _EPOCH
        except (ValueError, OverflowError):
            return None
        return moment._replace(at=(since.days * 86_400 + since.seconds) * SECOND)
