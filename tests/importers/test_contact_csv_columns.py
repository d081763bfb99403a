"""Plain tables of people: what is proposed, what the user says, and which tables are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from people_tables import EXPORTS, claims, contacts, handles, left, problems, read, table

from crm.domain.columns import Proposal, ProposedColumn
from crm.domain.errors import UsageError
from crm.domain.records import Owner, PartialDate
from crm.importers.contacts_csv import Importer
from crm.importers.contacts_csv.words import field_of
from crm.importers.kit.export import Export


def propose(path: Path, **columns: str) -> Proposal:
    with Export(path) as export:
        return Importer().propose(export, Owner(columns=tuple(columns.items())))


def fields(path: Path) -> list[str | None]:
    return [column.field for column in propose(path).columns]


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Full Name", "name"),
        ("fullName", "name"),
        ("first_name", "given name"),
        ("LASTNAME", "family name"),
        ("E-Mail", "email"),
        ("E-mail 2", "email"),
        ("2nd email", "email"),
        ("Email (work)", "email work"),
        ("E-Mail-Adresse (privat)", "email home"),
        ("Customer Email", "email"),
        ("Telefon privat 2", "phone home"),
        ("homePhone", "phone home"),
        ("Handy-Nr.", "phone mobile"),
        ("Work mobile", "phone work mobile"),
        ("Fax", "phone fax"),
        ("Straße", "street"),
        ("Home City", "city home"),
        ("Geb.-Datum", "birthday"),
        ("LinkedIn Profile URL", "linkedin"),
        ("Twitter handle", "x"),
        ("GitHub", "github"),
        ("WhatsApp number", "whatsapp"),
        ("Blog", "website blog"),
        ("Prénom", "given name"),
        ("Correo electrónico", "email"),
        ("Telefoonnummer", "phone"),
        ("Data di nascita", "birthday"),
        ("Imię i nazwisko", "name"),
        ("Электронная почта", "email"),
        ("氏名", "name"),
        ("携帯電話", "phone mobile"),
        ("邮箱", "email"),
        ("Phone model", None),
        ("Username", None),
        ("Id", None),
        ("Lead score", None),
        ("Photo", None),
        ("", None),
    ],
)
def test_the_title_of_a_column_says_what_it_holds(title: str, field: str | None) -> None:
    found = field_of(title)
    assert (str(found) if found else None) == field


def test_every_column_is_proposed_with_samples_of_what_stands_in_it(tmp_path: Path) -> None:
    rows = [["Ada Byron", "ada@example.org", "7"], ["Bo Lind", "bo@example.org", ""]]
    path = table(tmp_path / "people.csv", ["Full Name", "Mail", "Lead score"], rows)
    assert propose(path) == Proposal(
        (
            ProposedColumn("Full Name", "name", ("Ada Byron", "Bo Lind")),
            ProposedColumn("Mail", "email", ("ada@example.org", "bo@example.org")),
            ProposedColumn("Lead score", None, ("7",)),
        ),
        2,
    )


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("Name,Vorname,Mail", "Groß,Änne,a@b.example", "family name,given name,email"),
        ("Nombre,Apellidos,Mail", "Ana,Ruiz,a@b.example", "given name,family name,email"),
        ("Nome,Cognome,Mail", "Ada,Neri,a@b.example", "given name,family name,email"),
        ("Name,First name,Mail", "Ada Byron,Ada,a@b.example", "name,given name,email"),
        ("Nom,Mail", "Zoé Roux,z@b.example", "name,email"),
        ("Title,Name,Job title,Mail", "Dr.,Ada,Potter,a@b.example", "name prefix,name,title,email"),
        ("Title,Name,Mail", "Potter,Ada,a@b.example", "title,name,email"),
        ("Nome,Sobrenome,Apelido,Mail", "Ana,Reis,Nina,a@b.example", "given name,family name,nickname,email"),
    ],
)
def test_a_title_with_two_meanings_is_settled_by_the_others(
    tmp_path: Path, header: str, row: str, expected: str
) -> None:
    path = table(tmp_path / "people.csv", header.split(","), [row.split(",")])
    assert fields(path) == expected.split(",")


def test_a_column_whose_title_says_nothing_is_known_by_what_stands_in_it(tmp_path: Path) -> None:
    rows = [
        ["Ada", "ada@example.org", "+49 170 1234567", "https://mastodon.example/@ada", "12345678"],
        ["Bo", "bo@example.org", "+46 8 123 456", "", "87654321"],
    ]
    path = table(tmp_path / "people.csv", ["Name", "K1", "K2", "K3", "K4"], rows)
    assert fields(path) == ["name", "email", "phone", "profile", None]
    (ada, _) = contacts(read("contacts_csv", path))
    assert ("mastodon", "ada@mastodon.example", None) in handles(ada)


def test_a_table_without_a_header_loses_no_row(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("ada@example.org,Ada Byron\nbo@example.org,Bo Lind\n", "utf-8")
    assert claims(path) == ["contacts_csv"]
    assert [one.name for one in contacts(read("contacts_csv", path))] == ["Ada Byron", "Bo Lind"]


def test_the_user_has_the_last_word(tmp_path: Path) -> None:
    header = ["Name", "Mail", "Who", "Lead score"]
    path = table(tmp_path / "people.csv", header, [["Müller AG", "ada@example.org", "Ada Byron", "7"]])
    said = {"name": "organisation", "Who": "name", "LEAD SCORE": "ignore", "Mail": "email work"}
    records = read("contacts_csv", path, said)
    (ada,) = contacts(records)
    assert (ada.name, ada.organisation) == ("Ada Byron", "Müller AG")
    assert handles(ada) == [("email", "ada@example.org", "work")]
    assert left(records) == {}
    assert [column.field for column in propose(path, **said).columns] == [
        "organisation",
        "email work",
        "name",
        "ignore",
    ]


def test_what_nobody_reads_is_counted_by_column(tmp_path: Path) -> None:
    rows = [["Ada", "a@b.example", "7", ""], ["Bo", "b@b.example", "8", "x"]]
    path = table(tmp_path / "people.csv", ["Name", "Mail", "Lead score", "Shoe"], rows)
    assert left(read("contacts_csv", path)) == {
        'values of the column "Lead score"': 2,
        'values of the column "Shoe"': 1,
    }


def test_a_column_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    path = table(tmp_path / "people.csv", ["Name", "Mail"], [["Ada", "ada@example.org"]])
    with pytest.raises(UsageError, match='no column "E-Mail"') as caught:
        read("contacts_csv", path, {"E-Mail": "email"})
    assert caught.value.hint == 'the columns are "Name", "Mail"'
    with pytest.raises(UsageError, match='no field "mailbox"'):
        read("contacts_csv", path, {"Mail": "mailbox"})


def test_accounts_are_read_as_handles_and_as_addresses(tmp_path: Path) -> None:
    header = ["Name", "Twitter", "Instagram URL", "Mastodon", "LinkedIn", "WhatsApp", "Discord"]
    row = [
        "Ada",
        "@ada",
        "https://www.instagram.com/ada_b/",
        "@ada@example.social",
        "in/ada-byron",
        "+49 170 1234567",
    ]
    path = table(tmp_path / "people.csv", header, [[*row, "https://discord.com/users/80351110224678912"]])
    (ada,) = contacts(read("contacts_csv", path))
    assert [(ref.platform, ref.handle or ref.external_id) for ref in ada.identities[1:]] == [
        ("x", "@ada"),
        ("instagram", "ada_b"),
        ("mastodon", "@ada@example.social"),
        ("linkedin", "in/ada-byron"),
        ("whatsapp", "+49 170 1234567"),
        ("discord", "80351110224678912"),
    ]


def test_what_is_no_account_is_kept_and_reported(tmp_path: Path) -> None:
    header = ["Name", "Mastodon", "Facebook"]
    path = table(
        tmp_path / "people.csv", header, [["Ada", "ada", "Ada Byron"], ["Bo", "@bo@example.social", "bo"]]
    )
    records = read("contacts_csv", path)
    (ada, bo) = contacts(records)
    assert handles(ada) == []
    assert "x-apple:Ada Byron" in (ada.vcard or "")
    assert [problem.reason for problem in problems(records)] == [
        "no account on mastodon: 'ada'",
        "no account on facebook: 'Ada Byron'",
    ]
    assert len(handles(bo)) == 2


def test_rows_without_their_empty_ends_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Name,Mail,Phone,Notes\nAda,ada@example.org\nBo,bo@example.org,,hi,,,\n", "utf-8")
    records = read("contacts_csv", path)
    assert [one.name for one in contacts(records)] == ["Ada", "Bo"]
    assert problems(records) == []


def test_dates_of_a_table_follow_its_other_dates_or_its_language(tmp_path: Path) -> None:
    english = table(tmp_path / "a.csv", ["Name", "Birthday"], [["Ada", "3/4/1980"], ["Bo", "4/30/1981"]])
    spanish = table(tmp_path / "b.csv", ["Nombre", "Cumpleaños"], [["Ana", "3/4/1980"]])
    unclear = table(tmp_path / "c.csv", ["Name", "Birthday"], [["Ada", "3/4/1980"]])
    assert contacts(read("contacts_csv", english))[0].birthday == PartialDate(3, 4, 1980)
    assert contacts(read("contacts_csv", spanish))[0].birthday == PartialDate(4, 3, 1980)
    assert contacts(read("contacts_csv", unclear))[0].birthday is None


OTHERS = {
    "Connections.csv": (
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ada,B,,ada@b.example,,,01 Jan 2024"
    ),
    "Email Addresses.csv": ("Email Address,Confirmed,Primary,Updated On\nme@b.example,Yes,Yes,"),
    "ImportedContacts.csv": (
        "FirstName,LastName,Companies,Title,Emails,PhoneNumbers\nAda,B,,,ada@b.example,"
    ),
    "Profile.csv": ("First Name,Last Name,Headline,Twitter Handles,Websites\nMe,Me,x,[me],"),
    "Job Applications.csv": (
        "Application Date,Contact Email,Contact Phone Number,Company Name\n1/1/24,hr@b.example,,B"
    ),
    "goodreads_library_export.csv": ("Book Id,Title,Author,ISBN,My Rating\n1,Emma,Jane Austen,,5"),
    "EtsySoldOrders2024.csv": (
        "Sale Date,Order ID,Buyer User ID,Full Name,First Name,Last Name,Street 1,Ship City\n"
        "1/1/24,1,ada,Ada B,Ada,B,,"
    ),
    "paypal.csv": (
        "Date,Time,Name,Type,Status,Currency,Gross,From Email Address\n"
        "1/1/24,10:00,Ada,Payment,Done,EUR,5,ada@b.example"
    ),
    "orders.csv": ("Order Number,Name,Email,Phone,Total\n1,Ada,ada@b.example,,9"),
    "following_accounts.csv": (
        "Account address,Show boosts,Notify on new posts,Languages\nada@example.social,true,false,"
    ),
    "lists.csv": ("Friends,ada@example.social\nFriends,bo@example.social"),
    "blocked_accounts.csv": ("ada@example.social\nbo@example.social"),
    "members.ghost.csv": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id\n"
        "1,ada@b.example,Ada,,true,,"
    ),
    "email_list.blog.csv": (
        "email,active_subscription,expiry,plan,email_disabled\nada@b.example,true,,free,false"
    ),
    "comments.csv": ("id,permalink,date,ip,subreddit,link,parent,body\n1,/r/x,2024,,x,,,hi"),
    "messages.csv": ("ID,Timestamp,Contents,Attachments\n1,2021-03-04,hi ada@b.example,"),
    "passwords.csv": ("name,url,username,password,note\nBank,https://b.example,me@b.example,secret,"),
    "bookmarks.csv": ("name,url\nNews,https://news.example"),
    "logins.csv": ("email,ip address,user agent\nme@b.example,127.0.0.1,x"),
    "subscriptions.csv": (
        "Channel Id,Channel Url,Channel Title\nUC1,https://www.youtube.com/channel/UC1,Ada"
    ),
    "table.csv": ("a,b,c\n1,2,3"),
    "names.csv": ("Name,Age\nAda,36"),
    "phones.csv": ("Number,Type\n+49 170 1234567,mobile"),
    "mail-column-of-no-mail.csv": ("Mail,Weight\nletter,20 g\nparcel,1 kg"),
    "notes.txt": ("Ada Byron, ada@example.org\nBo Lind, bo@example.org"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_table_that_is_about_something_else_is_left_alone(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(OTHERS[name] + "\n", "utf-8")
    assert claims(path) == []


@pytest.mark.parametrize("path", sorted(EXPORTS.glob("linkedin/*/**/*.csv")), ids=lambda path: path.name)
def test_no_table_of_linkedin_is_taken_for_a_plain_one(path: Path) -> None:
    assert claims(path) == []


def test_a_table_beside_other_things_is_not_the_whole_export(tmp_path: Path) -> None:
    table(tmp_path / "people.csv", ["Name", "Mail"], [["Ada", "ada@example.org"]])
    assert claims(tmp_path) == ["contacts_csv"]
    (tmp_path / "data.json").write_text("{}")
    assert claims(tmp_path) == []
    assert [one.name for one in contacts(read("contacts_csv", tmp_path))] == ["Ada"]


@pytest.mark.parametrize(
    "text",
    [
        'Name,Mail\n"Ada,ada@example.org\nBo,bo@example.org\n',
        "Name,Mail\nAda\0,ada@example.org\nBo,bo@example.org\n",
        "Name,Mail\nAda,ada@example.org,1,2,3\nBo,bo@example.org\n",
        "\ufeffName;Mail\r\nAda;ada@example.org\r\nBo;bo@example.org\r\n",
        "Name\tMail\rAda\tada@example.org\rBo\tbo@example.org\r",
        f"Name,Mail\nAda,{'x' * 11_000_000}\nBo,bo@example.org\n",
    ],
    ids=["unclosed", "nul", "ragged", "bom", "cr", "huge"],
)
def test_a_broken_row_costs_one_row(text: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text, "utf-8", newline="")
    assert "Bo" in [one.name for one in contacts(read("contacts_csv", path))]


def test_ten_thousand_columns_are_no_table_of_people(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(",".join(["Name", "Mail", *(f"c{i}" for i in range(10_000))]) + "\n", "utf-8")
    assert claims(path) == []
