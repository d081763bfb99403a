# ruff: noqa: E501 - one group of names is one line
"""Which first names are called by the same short names, and which names are common everywhere.

One line is one group; a name may stand in several (Sasha is Alexander or Alexandra). Names of different
languages share a line only where one and the same person uses both, mostly by transliteration. The common
names are the world's: a small community cannot tell by counting that Smith is no rare name.
"""

from __future__ import annotations

_GROUPS = """
alexander alex alec lex xander sasha sascha sacha aleksandr alexandr alexandre alejandro alessandro oleksandr sandro
alexandra alex sasha alexa lexi sandra aleksandra alejandra alessandra oleksandra sanja
alexei alexey aleksei alexej aljoscha lyosha lesha
amanda mandy
amelia amy millie
anastasia nastya nastja stasya anastasiya ana
andrew andy drew
andreas andi andy andre
andrej andrei andrey andriy
andrea andi
angela angie angelika
ann anne anna annie anni nan hannah hanna anya anja ania anouk anushka
antonia toni tonia
anthony tony anton antonio antonin toni tonio toño antek antoni
antoinette toni nettie
arthur art artie artur arturo
artem artyom tyoma
barbara barb babs barbie bärbel basia
bartholomew bart barto bartek bartosz
beatrice bea bee trixie beatrix beatriz
benjamin ben benny benji
benedikt ben bene benedict
bernard bernie bernhard bernd bernardo
bradley brad
brigitte gitte gitti birgit
cameron cam
carolina caroline carol carrie caro lina karolina karoline karo
cassandra cass cassie
catherine cathy kate katie kat cat kathy katherine kathryn katharina katrin kathrin kati käthe katja katya ekaterina yekaterina katarina katarzyna kasia caterina catalina kateryna kitty
cecilia cecily celia cilla cäcilie
charles charlie chuck chas carlos carl karl carlo carlito karel
charlotte charlie lottie lotte
christina christine chris chrissy tina christa kristina kirsten kristin cristina krystyna
christopher chris kit topher christoph christoffer christian krzysztof
christian chris cristian kristian krystian
claudia claudi klaudia
constance connie constanze
cornelia nelly conny
cornelius neil con
cynthia cindy
daniel dan danny dani danya daniil
daniela dani daniella
david dave davey davi dawid
deborah debbie deb
dennis den denny denis
dietrich dieter
dmitri dima mitya dmitriy dmitry dmitrij dimitri dmytro
dominik dom nick domi dominic dominique
donald don donny
dorothy dot dottie dolly dorothea doro thea
douglas doug
edward ed eddie ted teddy ned eduard eduardo edoardo edek
edgar ed
edwin ed eddie
elena lena helena helene alena jelena yelena olena lenka ellen
elisabeth elizabeth liz lizzie beth betty eliza lisa elsa libby liza lisbeth elli ella elise sissi lis isabel elżbieta ela elisabetta yelizaveta
eleanor ellie nell nora eleonora leonora
emily em emmy emilia emilie
emma em emmi
emmanuel manu manny emanuel
erik eric erich
esther essie
eugene gene eugen evgeny yevgeny evgeni evgenij zhenya yevhen
evgenia zhenya yevgenia evgeniya
eva evi ewa evita
ferdinand ferdi fernando nando
florence flo florrie
florian flo flori
frances fran fanny francie
francesca franca chicca francis franziska franzi fran
francisco paco pancho kiko curro fran francesco franco cesco frank franz francis frankie françois
frederick fred freddie friedrich fritz frederic frédéric federico fede frederik fryderyk
friederike rike fredi
gabriel gabe gabi gabriele
gabriela gabi gabriele gabrielle gaby
geoffrey geoff jeff jeffrey
george georgie georg jörg georges giorgio jorge jerzy georgios yorgos giorgos yuri yury juri
gerald gerry jerry gerd gerhard gert
gertrud trude gerti
gianluca luca
giovanni gianni nino vanni
giuseppe beppe peppe pino
giulia giuli giulietta julia
gregory greg gregor grzegorz grisha grigori grigory grzesiek
guillermo memo guille
gustav gus gustavo
hans johannes johann hannes hansi
harold harry hal
heinrich heinz heiner henry henrik hendrik heini
henry hank harry hal henri enrique enrico rico kike
ignacio nacho
igor gosha ihor
irene rene irina ira irenka iryna
isabella bella isa izzy isabelle isabel izabela iza
ivan vanya wanja iwan
jacob jake jakob kuba jakub jacques jacky yakov
jacqueline jackie jacqui
james jim jimmy jamie jem
jan janek janko jens
jane janie jenny janet
janet jan jane
janine nina
jennifer jen jenny jenna
jeremy jem jerry jeremias
jessica jess jessie
joachim jochen achim jojo
joan joanie jo
joanna jo asia joasia johanna hanna hanne jojo joana
john jack johnny jon johnnie juan jean
jonathan jon jonny nathan jonas
jose pepe josé chepe
josef joseph joe joey sepp jupp josip giuseppe yosef józef józek
josephine jo josie fifi josefine josefa
joshua josh
judith judy jude jutta
julia jule julie yulia yuliya julija julka jules iuliia
julian jules julien giuliano
jürgen jörg jürg
kenneth ken kenny
kimberly kim kimmy
konstantin kostya konsti kostas costas konstantinos constantin
larissa lara larisa
laura lauri laurie lola
lawrence larry laurence lars lorenz lorenzo laurent enzo renzo
leonard leo len lenny leonhard leonardo lennart
leonid lenya leo
leopold leo poldi
lillian lily lilly lili liliana
lorraine lori
louis lou louie ludwig luis luigi lutz gigi ludovic ludovico lluis
louise lou luise luisa
lucas luke lukas łukasz luca luc
lucy lucia lucie lou lulu łucja luzie
ludmila lyuda mila lyudmila
luis lucho luisito
magdalena magda lena leni madeleine maddie madeline
marcus mark marc markus marco marek marcos marcel
margaret maggie meg peggy marge margie greta gretchen margarete margarethe grete rita daisy margot marguerite małgorzata gosia margarita
maria mary marie mia molly polly mitzi mariya marija marysia masha mascha maruša manya mari maryam miriam
marianne mary nanne marianna
martha marty marta
martin marty tino marcin
martina tina
matthew matt matty mats matthias mattis matteo mateo mathieu matthieu mateusz matvey matias matheus
maximilian max maxi maxim maxime massimo maksim maksym maks
megan meg
melanie mel melly
melissa mel missy lissa
michael mike mick mickey mikey michi michel miguel mikhail misha mischa michail mykhailo michał mikael mikko mihai
michaela michi ela michelle michela
mohammed mohammad muhammad mohamed mo mohamad mehmet mehmed muhammed
monika moni monica mona
nadia nadja nadya nadezhda nadine
natalie nat natalia natasha natascha nataliya natalija nataly talia
nathaniel nat nate nathan
nicholas nick nicky nico nicolas niklas nikolaus klaus niko nikolas claus nikolai nikolay nikita kolya mikołaj nicola nicolò mykola
nicole nicky nikki nicola nico
oliver ollie oli olli olivier
olivia liv livvy ollie
olga olya olja
pamela pam
patricia pat patty trish tricia patrizia
patrick pat paddy rick patrik patrizio patryk
paul paulie pavel paolo pablo pawel paweł pawl paulo pasha
paula pauli paulina pauline polina
penelope penny
peter pete petey pit piet pedro pietro piotr pierre petr pyotr petya petros petro peer
petra petri
philip phil pip philipp felipe filippo filip philippe pippo
phillip phil pip
piotr piotrek petr
rachel rach raquel rachael
rafael raf rafa raphael raffaele rafał
raymond ray raimund ramón ramon
rebecca becky becca bec rebekka
regina gina
renate rena nate
ricardo ricky rico
richard rich rick dick ricky ricardo riccardo ryszard richie
robert bob rob bobby robbie bert roberto robertino
roberta bobbie robbie
rodrigo rodri
roland roli rolando
roman roma romek
ronald ron ronnie
rosa rosie rose rosita róża
rosemary rosie romy rosemarie
rudolf rudi rolf rodolfo
samantha sam sammy
samuel sam sammy
salvador salva chava
salvatore totò turi salvo
sandra sandy sandie
sarah sara sadie sally
sebastian seb basti wastl seba sébastien bastien sebastiano
sergei sergey sergej seryozha serge sergio serhiy sergiy serhii
siegfried siggi sigi
sigrid siri
simon si simone simeon szymon
sofia sophie sophia sofie fia zofia zosia sofija
stanislav stan stas slava stanislaw stanisław stanislaus
stefan steve steven stephen steph stevie stephan stefano esteban etienne szczepan stepan stéphane
stefanie steffi stephanie steph stefania stefi fanny
susan sue susie suzie susanne susanna suse sanne suzanne zuzanna susana zuza
svetlana sveta lana svitlana
sylvia silvia sylvie silke
tamara tammy toma
tatiana tanya tanja tania tatjana tetiana tata
teresa terry tess tessa theresa resi therese terezia
theodore theo ted teddy theodor fedor fyodor teodor teo
thomas tom tommy tomás tomasz tomek tomaso tommaso tomas thom
timothy tim timmy timotheus timo timofey
tobias tobi toby
ulrich uli ulli ulrike
ulrike uli ulli rike
ursula uschi ulla
valentina valya valia vale
valentin val valya
valerie val vale valeria valérie
vasily vasya vasili wassili vasyl
veronica vero ronnie vroni veronika véronique nika
victor vic viktor vitya vittorio
victoria vicky vic tori viktoria vika vittoria wiktoria
vincent vince vinny vincenzo enzo vicente
virginia ginny
vladimir vova volodya wladimir vlad volodymyr włodzimierz
vladislav vlad slava władysław
vyacheslav slava viacheslav wjatscheslaw
waltraud traudl
walter walt wally wolter gualtiero
wilhelm willi willy wim helmut
william will bill billy willy liam guillaume guglielmo wilhelm guillermo
wolfgang wolf wolfi
xavier javier javi xavi
yaroslav jaroslav slava yarik jarek jarosław
zachary zach zack zak
zoë zoe zoey
abdullah abdul abdallah abdulla
ahmed ahmad achmed ahmet
ali aly
fatima fatma fatimah fatme
hussein husain hossein hüseyin hussain husseyn
hassan hasan
ibrahim ebrahim abraham abe avraham brahim
khalid khaled halid
layla leila leyla laila
omar umar ömer omer
youssef yusuf yousef joseph josef yosef yusef
mustafa mustapha moustafa
aisha ayesha aischa ayşe aicha
abhishek abhi
aditya adi
krishna kris krish
lakshmi laxmi
priyanka priya
rajesh raj rajeev rajiv
siddharth sid
vijay vij
"""

_COMMON_FIRST = """
adam ahmed alex alexander alice amy ana andrea andreas andrew anna anne anthony antonio ben carlos carol charles
chris christian christina christine christopher claudia daniel david dmitry elena elizabeth emily emma eric eva
fatima francesco francisco frank george giulia giuseppe hans helen irina ivan james jan jane jean jennifer jessica
joe john jonas jose joseph juan julia karen karl kate katharina kevin kim laura lena lisa luca lucas luis lukas
maria marie mario mark markus martin mary matthew max michael michelle mike mohammed monika natalia nicole
nikolai oliver olga patricia patrick paul peter petra philip pierre piotr richard robert ryan sabine sam sandra
sara sarah sergei simon sofia sophie stefan stephanie steve steven susan susanne svetlana tatiana thomas tim tom
victoria vladimir wei william wolfgang yuki min jin anita priya raj ali omar yusuf hassan layla
"""

_COMMON_LAST = """
smith jones williams brown taylor davies johnson miller davis wilson moore anderson thomas jackson white harris
martin thompson walker wright robinson green hall clark lewis lee king baker hill young scott evans roberts
müller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer richter klein wolf
schröder neumann schwarz zimmermann braun krüger hofmann hartmann lange
garcía gonzález rodríguez fernández lópez martínez sánchez pérez gómez díaz hernández torres ramírez flores cruz
rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno conti costa
bernard dubois durand petit leroy moreau simon laurent lefebvre michel
silva santos oliveira souza pereira ferreira almeida
ivanov ivanova smirnov smirnova kuznetsov kuznetsova popov popova petrov petrova sokolov novikov volkov
nowak kowalski kowalska wiśniewski wójcik kowalczyk kamiński lewandowski zieliński
jansen janssen de vries bakker visser smit
andersson johansson karlsson nilsson hansen olsen larsen nielsen jensen pedersen
wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu lin guo
kim park choi jung kang cho yoon jang lim han
sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi kato
nguyen tran le pham hoang vu
singh kumar sharma patel gupta khan das shah ahmed ali
yılmaz kaya demir şahin çelik
cohen levy papadopoulos
"""


def groups() -> list[list[str]]:
    """Return the groups of names that one person may go by."""
    return [line.split() for line in _GROUPS.strip().splitlines()]


def common_first() -> list[str]:
    """Return first names that are common wherever they are used."""
    return _COMMON_FIRST.split()


def common_last() -> list[str]:
    """Return family names that are common wherever they are used."""
    return _COMMON_LAST.split()
