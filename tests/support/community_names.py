# ruff: noqa: E501 - lists of names
"""Names of many cultures for the made-up community: commonest first, because that is how they are drawn."""

from __future__ import annotations

from typing import NamedTuple


class Culture(NamedTuple):
    """How people of one culture are called."""

    share: int
    """How many of a hundred people."""
    first: tuple[str, ...]
    """`Catherine/Kate/Cathy` are one name and what its bearers are called; `Юлия=Yulia,Julia` is a name in
    its own script and how its bearers write it in Latin letters."""
    last: tuple[str, ...]
    heads: tuple[str, ...]
    """Rare family names are made of a head and a tail."""
    tails: tuple[str, ...]
    family_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CULTURES = {
    "en": Culture(
        27,
        _words(
            "James/Jim/Jamie Mary/Molly Robert/Bob/Rob Jennifer/Jen John/Jack/Johnny Sarah "
            "Michael/Mike/Mick Emma "
            "David/Dave William/Bill/Will Elizabeth/Liz/Beth Thomas/Tom Jessica/Jess "
            "Christopher/Chris Emily/Em "
            "Daniel/Dan Laura Matthew/Matt Catherine/Kate/Cathy Andrew/Andy/Drew Rebecca/Becky "
            "Joseph/Joe Hannah "
            "Richard/Rick/Dick Susan/Sue Charles/Charlie/Chuck Rachel Benjamin/Ben Samantha/Sam Samuel/Sam "
            "Margaret/Maggie/Peg Edward/Ed/Ted Amy Steven/Steve Patricia/Pat/Trish Anthony/Tony "
            "Victoria/Vicky "
            "Nicholas/Nick Alexandra/Alex/Lexi Alexander/Alex/Xander Olivia/Liv Jonathan/Jon "
            "Theodore/Ted/Theo "
            "Penelope/Penny Gregory/Greg Deborah/Debbie Zachary/Zach Beatrice/Bea Philip/Phil "
            "Eleanor/Ellie/Nell"
        ),
        _words(
            "Smith Jones Williams Brown Taylor Johnson Davies Wilson Miller Evans Thomas Walker "
            "Wright Roberts Green "
            "Hall Clarke Wood Jackson Harris Martin Cooper King Lee Baker Hill Moore Allen Young "
            "Scott Turner Carter "
            "Phillips Mitchell Parker Edwards Collins Stewart Morris Murphy Cook Rogers Morgan Bell "
            "O'Brien MacLeod "
            "Kelly Bailey Reed Howard Ward Cox Richardson Watson Brooks Bennett Gray Hughes Price "
            "Myers Long Foster"
        ),
        _words(
            "Ash Black Brad Car Dar El Fen Gar Hal Hart King Lang Mar Nor Oak Pen Rad Sten Thorn "
            "Win Whit Wy Hol"
        ),
        _words(
            "bourne bridge by combe croft den don field ford ham hurst land ley more stead stone "
            "ton well wick worth"
        ),
    ),
    "de": Culture(
        18,
        _words(
            "Michael/Michi/Michel Sabine/Bine Thomas/Tom Susanne/Susi/Sanne Andreas/Andi Petra "
            "Stefan/Steffen "
            "Katharina/Kathi/Katrin Christian/Chris Julia/Jule Martin Anna/Anni Peter "
            "Claudia/Claudi Wolfgang/Wolf "
            "Nicole/Nicki Alexander/Alex Stefanie/Steffi Jürgen Sandra Klaus Christina/Tina/Chris "
            "Johannes/Hannes/Hans "
            "Lena Maximilian/Max Franziska/Franzi Sebastian/Basti/Seb Ursula/Uschi/Ulla Florian/Flo "
            "Johanna/Hanna "
            "Matthias/Matze Friederike/Rike Joachim/Jochen/Achim Elisabeth/Lisa/Elli Ulrich/Uli Jörg Günther "
            "Magdalena/Lena/Magda Benedikt/Bene Käthe Tobias/Tobi Vera Lukas Dorothea/Doro "
            "Konstantin/Konsti Gertrud"
        ),
        _words(
            "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer "
            "Koch Bauer Richter Klein "
            "Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt "
            "Werner Krause Meier "
            "Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs "
            "Peters Möller Scholz "
            "Jung Hahn Keller Vogel Schubert Roth Frank Friedrich Beck Günther Berger Winkler "
            "Lorenz Baumann Groß Weiß"
        ),
        _words(
            "Alt Berg Birn Brei Dörr Eber Feld Grün Hassel Hirsch Kalten Kirch Lind Mühl Nieder "
            "Ober Rosen Stein "
            "Trau Unter Wald Wester Zell"
        ),
        _words(
            "acker bach bauer baum berg brück dorf eder feld hauer heimer hofer huber mann maier "
            "müller stätter thal"
        ),
    ),
    "fr": Culture(
        7,
        _words(
            "Marie Jean Pierre Nathalie Philippe/Phil Isabelle/Isa Nicolas/Nico Catherine/Cathy "
            "Christophe/Chris Sophie "
            "François Céline Julien/Jules Camille Sébastien/Seb Hélène/Léna Guillaume Aurélie "
            "Antoine Élodie Mathieu/Mat "
            "Véronique/Véro Frédéric/Fred Chloé Étienne Stéphanie/Steph Benoît Amélie Loïc Geneviève"
        ),
        _words(
            "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent "
            "Lefèvre Michel Garcia "
            "David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet "
            "François Martínez"
        ),
        _words("Beau Bel Bois Cham Cler Dela Du Fon Gran La Lau Mar Mon Roch Saint Val Vil"),
        _words("bert champ court croix fort lier mont pré rand teau tier ville vert villier zin"),
    ),
    "es": Culture(
        8,
        _words(
            "María/Mari Antonio/Toni José/Pepe Carmen Francisco/Paco/Fran Ana Manuel/Manu "
            "Isabel/Isa Juan Laura "
            "David Cristina/Cris Javier/Javi Marta Daniel/Dani Lucía Jesús/Chus Patricia/Patri "
            "Alejandro/Alex Elena "
            "Carlos Guadalupe/Lupe Miguel Rocío Ignacio/Nacho Pilar Guillermo/Guille "
            "Mercedes/Merche Rafael/Rafa Nuria"
        ),
        _words(
            "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez "
            "Ruiz Hernández Díaz "
            "Moreno Álvarez Muñoz Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos "
            "Gil Ramírez Serrano"
        ),
        _words("Alcá Are Bar Cas Cer Esca Fuen Gala Her Iba Lar Monte Oli Pala Que Sala Torre Vala Zu"),
        _words("banda cedo dero gosa lera llano manza mora nilla ñiz pardo rroz tero vales verde zar"),
    ),
    "it": Culture(
        6,
        _words(
            "Giuseppe/Beppe/Peppe Maria Giovanni/Gianni Anna Antonio/Tonio Giulia/Giuli "
            "Francesco/Franco Francesca/Franci "
            "Luigi/Gigi Chiara Roberto/Roby Sara Alessandro/Ale/Sandro Valentina/Vale "
            "Salvatore/Totò Elena Vincenzo/Enzo "
            "Federica/Fede Matteo/Teo Silvia Lorenzo/Lollo Martina Niccolò/Nico Beatrice/Bea "
            "Michele Eleonora/Nora"
        ),
        _words(
            "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo "
            "Conti De Luca Costa "
            "Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi "
            "Caruso Ferrara Galli"
        ),
        _words("Batti Bel Bona Can Carla Cava Dal Fari Gam Lava Man Mora Pala Pelle Quat Sca Tama Vene Zam"),
        _words(
            "bella boni cini della fredi gnoli lato lini marchi nelli paro rani sani setti trini vigo zoni"
        ),
    ),
    "pl": Culture(
        5,
        _words(
            "Anna/Ania Piotr/Piotrek Maria/Marysia Krzysztof/Krzysiek Katarzyna/Kasia "
            "Andrzej/Jędrek Małgorzata/Gosia "
            "Tomasz/Tomek Agnieszka/Aga Jan/Janek Barbara/Basia Paweł Ewa Michał Magdalena/Magda "
            "Marcin Joanna/Asia "
            "Jakub/Kuba Aleksandra/Ola Łukasz Zofia/Zosia Grzegorz/Grzesiek Elżbieta/Ela Stanisław/Staszek"
        ),
        _words(
            "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański "
            "Woźniak Dąbrowski "
            "Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski "
            "Grabowski Pawłowski"
        ),
        _words(
            "Bał Bed Brzez Chmiel Czar Dobr Głow Jabł Kacz Lip Łęc Mal Ostr Paw Rut Sob Świer Trzas Wit Żół"
        ),
        _words("acki czak czyk ecki iak icki ik iński kowski kiewicz ński oń owicz owski rski ski wicz"),
    ),
    "ru": Culture(
        7,
        _words(
            "Александр=Aleksandr,Alexander,Alexandr/Саша=Sasha,Sascha Елена=Elena,Yelena/Лена=Lena "
            "Сергей=Sergey,Sergei,Sergej/Серёжа=Seryozha Ольга=Olga Дмитрий=Dmitry,Dmitri,Dmitriy/Дима=Dima "
            "Наталья=Natalia,Natalya/Наташа=Natasha Андрей=Andrey,Andrei Анна=Anna/Аня=Anya,Anja "
            "Алексей=Alexey,Aleksei,Alexei/Лёша=Lyosha Татьяна=Tatiana,Tatyana/Таня=Tanya,Tania "
            "Михаил=Mikhail,Michail/Миша=Misha,Mischa Юлия=Yulia,Julia,Yuliya/Юля=Yulya "
            "Владимир=Vladimir,Wladimir/Вова=Vova Мария=Maria,Mariya/Маша=Masha Иван=Ivan,Iwan/Ваня=Vanya "
            "Екатерина=Ekaterina,Yekaterina,Katerina/Катя=Katya,Katja "
            "Евгений=Evgeny,Yevgeny,Evgeni/Женя=Zhenya "
            "Светлана=Svetlana/Света=Sveta Никита=Nikita Ирина=Irina/Ира=Ira Павел=Pavel/Паша=Pasha "
            "Ксения=Ksenia,Xenia/Ксюша=Ksyusha Юрий=Yuri,Yury,Juri Людмила=Lyudmila,Ludmila/Люда=Lyuda"
        ),
        _words(
            "Иванов=Ivanov,Iwanow Смирнов=Smirnov,Smirnow Кузнецов=Kuznetsov,Kusnezow Попов=Popov "
            "Васильев=Vasiliev,Vasilyev "
            "Петров=Petrov,Petrow Соколов=Sokolov Михайлов=Mikhailov,Mihaylov Новиков=Novikov "
            "Фёдоров=Fedorov,Fyodorov "
            "Морозов=Morozov Волков=Volkov,Wolkow Алексеев=Alekseev,Alexeyev Лебедев=Lebedev "
            "Семёнов=Semenov,Semyonov "
            "Егоров=Egorov,Yegorov Павлов=Pavlov Козлов=Kozlov Степанов=Stepanov Николаев=Nikolaev "
            "Орлов=Orlov "
            "Щербаков=Shcherbakov,Scherbakov Чернышёв=Chernyshev,Tschernyschow Шевченко=Shevchenko "
            "Ющенко=Yushchenko"
        ),
        _words(
            "Бар=Bar Верх=Verkh Гор=Gor Дуб=Dub Жар=Zhar Зор=Zor Кал=Kal Лад=Lad Мак=Mak Ост=Ost "
            "Род=Rod Сух=Sukh "
            "Тур=Tur Хол=Khol Чар=Char Шам=Sham Яр=Yar"
        ),
        _words(
            "анов=anov бенко=benko дин=din ецкий=etsky кин=kin линский=linsky мачёв=machev нин=nin "
            "ович=ovich "
            "ченко=chenko шин=shin щук=shchuk"
        ),
    ),
    "nordic": Culture(
        5,
        _words(
            "Lars Anna Erik/Erke Kristina/Stina Anders Karin Jan Ingrid Johan Astrid Per "
            "Birgitta/Gitta Mikael/Micke Åsa "
            "Søren Maja Bjørn Freja Øyvind Sigrid/Siri Jørgen Gunnar Håkan Ragnhild Torbjørn Märta "
            "Nils/Nisse Solveig"
        ),
        _words(
            "Andersson Johansson Karlsson Nilsson Eriksson Hansen Olsen Larsen Nielsen Jensen "
            "Pedersen Christensen "
            "Kristiansen Berg Lindberg Lindström Bergström Sjöberg Holm Dahl Lund Haugen Østergaard "
            "Nygård Møller"
        ),
        _words(
            "Al Ek Fager Gran Hag Hol Kjell Lille Ljung Nord Ny Rosen Sand Sjö Skog Sol Sten Strand "
            "Söder Öst Vest"
        ),
        _words("berg blad dahl feldt gaard gren holm kvist lund mark qvist rud stad strøm ström vik vall"),
    ),
    "tr": Culture(
        4,
        _words(
            "Mehmet Fatma Mustafa/Musti Ayşe Ahmet Emine Ali Zeynep/Zeyno Hüseyin Elif Hasan Merve "
            "İbrahim/İbo Özlem "
            "Murat Gülşen Ömer Çiğdem Yusuf Şule Kerem Büşra Emre Aslı"
        ),
        _words(
            "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç "
            "Aslan Çetin Kara Koç"
        ),
        _words("Ak Al Bay Boz Çağ Dağ Er Gök Gül Kız Kur Öz Sarı Sön Taş Tek Uç Yağ Yal"),
        _words("bay bulut can çı demir er güç han ış kan kaya maz oğlu soy taş türk yürek"),
    ),
    "in": Culture(
        4,
        _words(
            "Priya Rahul Anita Amit Deepak Sunita Rajesh/Raj Pooja Vijay/Vij Neha Sanjay Kavita "
            "Arjun Lakshmi/Laxmi "
            "Abhishek/Abhi Divya Krishna/Kris Meera Siddharth/Sid Ananya Aditya/Adi Shreya"
        ),
        _words(
            "Sharma Patel Singh Kumar Gupta Khan Das Reddy Nair Iyer Mehta Joshi Shah Verma Rao "
            "Mukherjee Banerjee"
        ),
        _words("Agni Bhatta Chandra Deva Ghosh Hari Jaya Kula Maha Nara Pad Raja Sesha Tri Vai Venka"),
        _words("bhai charya dran giri karni kumar lingam mani murthy nathan palan pati rajan shekar swamy"),
    ),
    "zh": Culture(
        4,
        _words(
            "伟=Wei 芳=Fang 秀英=Xiuying 敏=Min 静怡=Jingyi 丽华=Lihua 强=Qiang 磊=Lei 军=Jun 志强=Zhiqiang 勇=Yong "
            "艳红=Yanhong 杰=Jie 志明=Zhiming 秀兰=Xiulan 晓霞=Xiaoxia 平=Ping 晓明=Xiaoming 建国=Jianguo 雪梅=Xuemei "
            "梦瑶=Mengyao 子轩=Zixuan 雨桐=Yutong 浩然=Haoran 思远=Siyuan 佳琪=Jiaqi 嘉豪=Jiahao 婷婷=Tingting 文博=Wenbo "
            "天宇=Tianyu 春燕=Chunyan 海涛=Haitao 美玲=Meiling 国栋=Guodong 永康=Yongkang 欣怡=Xinyi 俊杰=Junjie"
        ),
        _words(
            "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 孙=Sun 马=Ma "
            "朱=Zhu 胡=Hu 郭=Guo"
        ),
        _words(
            "钱=Qian 邓=Deng 冯=Feng 曹=Cao 彭=Peng 曾=Zeng 田=Tian 董=Dong 袁=Yuan 潘=Pan 蒋=Jiang 蔡=Cai 余=Yu 杜=Du"
        ),
        ("",),
        family_first=True,
    ),
    "ja": Culture(
        3,
        _words(
            "健=Ken 裕子=Yuko 大輔=Daisuke さくら=Sakura 翔太=Shota 美咲=Misaki 直樹=Naoki 陽子=Yoko ひろし=Hiroshi "
            "ゆき=Yuki 拓也=Takuya あかり=Akari 誠=Makoto 恵子=Keiko 蓮=Ren ことね=Kotone"
        ),
        _words(
            "佐藤=Sato,Satoh 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 渡辺=Watanabe 伊藤=Ito,Itoh 山本=Yamamoto "
            "中村=Nakamura 小林=Kobayashi 加藤=Kato,Katoh 吉田=Yoshida 山田=Yamada"
        ),
        _words(
            "石=Ishi 山=Yama 川=Kawa 松=Matsu 竹=Take 森=Mori 北=Kita 西=Nishi 南=Minami 高=Taka 藤=Fuji 岡=Oka 水=Mizu "
            "長=Naga 青=Ao 黒=Kuro 大=O 小=Ko 古=Furu 金=Kane"
        ),
        _words(
            "田=da 川=gawa 本=moto 村=mura 野=no 原=hara 島=shima 崎=zaki 井=i 沢=zawa 谷=tani 口=guchi 木=ki 森=mori"
        ),
        family_first=True,
    ),
    "ar": Culture(
        2,
        _words(
            "محمد=Mohammed,Muhammad,Mohamed فاطمة=Fatima,Fatma أحمد=Ahmed,Ahmad عائشة=Aisha,Aicha علي=Ali "
            "مريم=Mariam,Maryam حسن=Hassan,Hasan ليلى=Layla,Leila يوسف=Youssef,Yusuf نور=Nour,Noor "
            "عمر=Omar,Umar "
            "خالد=Khalid,Khaled"
        ),
        _words(
            "حسين=Hussein,Husain منصور=Mansour,Mansur حداد=Haddad خوري=Khoury,Khouri صالح=Saleh,Salih "
            "عباس=Abbas نصر=Nasr,Nasser شريف=Sharif,Cherif عزيز=Aziz رحمن=Rahman"
        ),
        _words(
            "بدر=Badr غانم=Ghanem زيد=Zaid طاهر=Taher كمال=Kamal مراد=Murad سالم=Salem حمد=Hamad "
            "نجار=Najjar صباغ=Sabbagh "
            "بيطار=Bitar قاسم=Qasim"
        ),
        _words("ي=i اوي=awi اني=ani ين=in ات=at"),
    ),
}

RARE_WORDS = _words(
    "kiln ink moth fern quartz lark ember tide otter velvet cobalt thistle harbor lantern marrow "
    "nettle orchard pewter "
    "raven saffron tinder umber violet willow yarrow zephyr bramble copper drift echo fable gable "
    "hollow indigo juniper "
    "kelp linden mortar nimbus onyx plum quill rust salt topaz urchin vesper wren xylo yonder zinc "
    "acorn basil cinder dapple elder flint garnet heron iris jasper knoll larch meadow nutmeg opal "
    "pebble quince reed "
    "sable thyme ulmus vale wick yew alder bobbin cricket damson eddy fennel gorse hazel ivory jade "
    "kestrel loam maple "
    "newt ochre petrel quiver rook sorrel teasel upland vetch walnut"
)
COMMON_HANDLES = _words(
    "bookworm sunshine coffeelover wanderlust nightowl dreamer catlady photolover musicman techgeek "
    "foodie runner "
    "happyfeet bluesky pixelart gardener cyclist traveler"
)
FIRMS_HEADS = _words(
    "Nord Blue Alpha Green Bright Stone River Delta Prime Urban Solar Vista Nova Apex Cedar Falcon "
    "Harbor Iron Lumen Metro"
)
FIRMS_TAILS = _words(
    "Works Labs Systems Media Partners Energy Consulting Print Books Design Logistics Foods Health Data"
)
BIG_FIRMS = ("Siemens", "Google", "Deutsche Bahn", "University of Leeds", "Microsoft", "BBC", "SAP", "Self-employed",
             "Freelance", "Universität Wien", "Amazon", "Deloitte", "Orange", "IKEA", "Nokia")  # fmt: skip
FREE_MAIL = _words(
    "gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com icloud.com gmx.de web.de mail.ru "
    "proton.me orange.fr libero.it wp.pl"
)
