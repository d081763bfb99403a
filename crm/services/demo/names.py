"""Names of the demo's people, by the language they write in; everybody is invented.

Addresses use domains and numbers that are reserved for examples, so that nothing here reaches anybody.
"""

FIRST = {
    "en": """Abigail Alfie Amelia Arthur Beatrix Callum Cecily Clara Declan Edith Elliot Esther Fergus Freya
        Gareth Gemma Harriet Hugh Imogen Isla Jasper Jonah Kit Leonie Lewis Mabel Maeve Malcolm Morag Nell
        Orla Oscar Phoebe Quentin Ralph Rhiannon Rowan Saoirse Sidney Tabitha Una Winifred""",
    "de": """Annegret Antje Bärbel Benedikt Birgit Carsten Dörte Eberhard Elke Fabian Friederike Gesa Günther
        Hannelore Heike Ingo Jörg Karla Katrin Kjell Lotte Lukas Maren Mirja Niklas Oda Peer Petra Reinhild
        Rüdiger Sönke Stefanie Thorben Ulla Uwe Volker Wiebke Xenia Yannick Zita""",
    "es": """Alba Amparo Begoña Carlos Carmen Concha Elvira Gonzalo Inés Íñigo Jimena Joaquín Lucía Martín
        Nuria Óscar Pilar Ramón Rocío Sofía Teresa Xavier""",
}
LAST = {
    "en": """Ainsworth Ashdown Barlow Birdwhistle Blythe Byrne Cartwright Crumb Dunmore Ellery Fairweather
        Fenn Gallagher Greenhalgh Hargreave Hollis Inchbald Jephson Kettle Larkin Lovelock Mackay Merriweather
        Nightingale O'Rourke Oakes Penhaligon Pettigrew Quill Rafferty Sedgwick Shaw Tamblyn Thistlewood
        Underhill Vane Wetherby Whitlock Yarrow""",
    "de": """Achternbusch Ahrens Birnbaum Böhm Claussen Dürr Eichholz Feddersen Fuchs Gärtner Göbel Hansen
        Hölzl Jacobi Käfer Kühn Lorenzen Löwe Mohnkopf Möller Nußbaum Oltmanns Paulsen Quast Rößler Schäfer
        Schlüter Sommer Tietjen Ühlein Vogt Wacker Weißenfels Ziegler""",
    "es": """Alcaraz Badía Cañadas Domènech Echeverría Ferrer Garrigues Ibáñez Lozano Marín Núñez Oliveras
        Pagès Quiroga Roldán Soler Tena Ubeda Valdés Zúñiga""",
}

# A name as people write it themselves, and the plain letters their accounts are made of.
FULL = {
    "ja": (
        ("佐藤 健一", "kenichi.sato"),
        ("鈴木 陽菜", "hina.suzuki"),
        ("高橋 翔太", "shota.takahashi"),
        ("渡辺 美咲", "misaki.watanabe"),
        ("伊藤 蓮", "ren.ito"),
        ("山本 ひかり", "hikari.yamamoto"),
        ("中村 大輔", "daisuke.nakamura"),
        ("小林 千尋", "chihiro.kobayashi"),
        ("加藤 誠", "makoto.kato"),
        ("吉田 あゆみ", "ayumi.yoshida"),
        ("濱田 友美", "tomomi.hamada"),
        ("島岡 桂", "kei.shimaoka"),
    ),
    "world": (
        ("Åse Kjærstad", "ase.kjaerstad"),
        ("Björk Þórsdóttir", "bjork.thorsdottir"),
        ("Łukasz Zieliński", "lukasz.z"),
        ("Božena Dvořáková", "bozena.dvorakova"),
        ("Çağla Öztürk", "cagla.ozturk"),
        ("İpek Şahin", "ipek.sahin"),
        ("Ștefan Țurcanu", "stefan.turcanu"),
        ("Nguyễn Thị Hương", "huong.nguyen"),
        ("Trần Văn Đức", "duc.tran"),
        ("Ελένη Παπαδοπούλου", "eleni.papadopoulou"),
        ("Νίκος Σταύρου", "nikos.stavrou"),
        ("Ольга Миронова", "olga.mironova"),
        ("Тарас Шевчук", "taras.shevchuk"),
        ("ნინო ბერიძე", "nino.beridze"),
        ("王芳", "wang.fang"),
        ("陳怡君", "yijun.chen"),
        ("林志明", "zhiming.lin"),
        ("김민지", "minji.kim"),
        ("박서준", "seojun.park"),
        ("สมชาย ใจดี", "somchai.jaidee"),
        ("प्रिया शर्मा", "priya.sharma"),
        ("ليلى منصور", "layla.mansour"),
        ("يوسف حداد", "youssef.haddad"),
        ("דנה לוי", "dana.levi"),
        ("شیرین رضایی", "shirin.rezaei"),
        ("Aoife Ní Bhriain", "aoife.nibhriain"),
        ("Siân ap Gwilym", "sian.gwilym"),
        ("Chloé Lefèvre", "chloe.lefevre"),
        ("Loïc Le Goff", "loic.legoff"),
        ("Giulia D'Angelo", "giulia.dangelo"),
        ("Renzo Bernardi", "renzo.bernardi"),
        ("João Guimarães", "joao.guimaraes"),
        ("Inês Conceição", "ines.conceicao"),
        ("Saoirse 🌊", "saoirse.waves"),
        ("Kofi Mensah", "kofi.mensah"),
        ("Ngozi Eze", "ngozi.eze"),
        ("Thandiwe Nkosi", "thandiwe.nkosi"),
        ("Amara Diallo", "amara.diallo"),
        ("Rangi Te Awa", "rangi.teawa"),
        ("Leilani Kahale", "leilani.kahale"),
        ("Jürgen van der Meer", "jvdmeer"),
        ("Femke de Groot", "femke.degroot"),
        ("Juhani Mäkelä", "juhani.makela"),
        ("Ülle Põldmaa", "ulle.poldmaa"),
        ("Živa Kovač", "ziva.kovac"),
        ("Márta Nagy", "marta.nagy"),
        ("Zoltán Szűcs", "zoltan.szucs"),
        ("Mx. Robin Vale", "robin.vale"),
    ),
}

HANDLES_ONLY = (
    "slipcast_sally",
    "raku_raccoon",
    "mudlark77",
    "the.quiet.glaze",
    "cone6orbust",
    "teabowl_dept",
    "ash_and_salt",
    "wheelie.good.pots",
    "inkandoxide",
    "tinyvasefan",
    "soup.archive",
    "paper_moth",
)

# What people add to their name when it is taken.
HANDLE_TAILS = ("", "", "", "makes", "clay", "reads", "_", "writes", "studio", "pots", "prints")

JOBS = {
    "maker": (
        "potter",
        "bookbinder",
        "weaver",
        "printmaker",
        "ceramicist",
        "letterpress printer",
        "basket maker",
    ),
    "words": ("writer", "editor", "translator", "librarian", "bookseller", "poet"),
    "trade": ("gallery owner", "curator", "chef", "shopkeeper", "teacher", "festival organiser"),
}

ORGANISATIONS = (
    "Galerie Morgenrot",
    "The Mud Room",
    "Kettle & Quill",
    "Haus der Keramik",
    "Taller del Sol",
    "Slow Shop",
    "Papierwerkstatt Nord",
    "Clayground Bristol",
    "Bücherstube am Markt",
    "Museo de la Alfarería",
    "Loom & Ladder",
    "Zine Harbour",
    "Restaurant Wacholder",
    "Volkshochschule Süd",
    "Paper Boat Press",
)

TAGS = {
    "maker": ("potters", "guild", "wood-firing", "market"),
    "words": ("writers", "readers", "newsletter", "zine-fair"),
    "trade": ("galleries", "teaching", "wholesale"),
    "buyer": ("customers",),
}

NOTES = (
    "Met at the zine fair in {place}. Throws porcelain, hates October.",
    "Takes the coffee black and the news with suspicion.",
    "Two children, one loom, no telephone before ten.",
    "Lent her {book}, came back with better notes than the book has.",
    "Knows everybody in {place} and tells nobody.",
    "Allergic to nuts. Do *not* bring the nut cake.",
    "Prefers letters. Answers slowly and well.",
    "Ask about the boat.",
    "Wants to be told when there are teapots again.",
    "Shy in groups, very funny alone.",
    "Swapped a bowl for a print, both of us think we won.",
    "Sister of the honey man at the market in {place}.",
)
