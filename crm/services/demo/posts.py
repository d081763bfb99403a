"""What the demo's owner published to nobody in particular: notes, photographs, essays, announcements."""

from __future__ import annotations

SITE = "https://falkundfeuer.example"

SHORT = (
    "Kiln is on. Nobody speak to me until Thursday.",
    "A mug is a handshake you can wash.",
    "Today's glaze: {glaze}. Today's mood: also {glaze}.",
    "Threw thirty {piece}s, kept eleven, was happy with two. A good day.",
    "Reading {book} in the bath. The bath is winning.",
    "Rain on the roof, cone 6 on the pyrometer, soup on the stove.",
    "The cat has approved the new packing material.",
    "Somebody called my {piece} 'useful'. I have never been so flattered.",
    "On the train to {place} with four boxes and a cactus. Long story.",
    "Reminder to myself: the foot ring first, then the poetry.",
    "Every {piece} I drop teaches me something. Mostly about floors.",
    "Market in {place} tomorrow. Bring an umbrella and your grandmother.",
    "Opened the kiln at 90 degrees. Do as I say, not as I do.",
    "It is possible to own too many sponges. I have checked.",
    "Drei Schüsseln, zwei Deckel, ein Kater. Guten Morgen.",
    "Wer sagt eigentlich, dass Tassen gerade sein müssen?",
    "Heute {place}, morgen wieder Schlamm.",
    "Brünhilde ist repariert! Sie brummt in B-Dur.",
    "Hoy el barro me ha hecho caso. Mañana ya veremos.",
    "今日の窯は機嫌がいいです。",
    "If you need me I am wedging.",
    "A letter came today. A real one. With a stamp and a pressed flower.",
    "The best conversation I had this week was about handles.",
    "What do you do with the ones that are almost right? (Asking for a full shelf.)",
    "There is a spider in the spray booth and I have named it Josiah.",
    "I wrote four sentences about ash today. Kept one.",
    "Notes from the workshop window: snow, crow, postwoman, snow.",
    "A visitor asked whether I do this full time. I do it over time.",
)

PHOTO = (
    "Kiln shelf, {month}",
    "{piece}, {glaze}, north window",
    "Chimney, {place}",
    "Kaolin on the drying shelf",
    "Ash, sieved",
    "Market stand, {place}",
    "Test tiles 41 to 80",
    "Hands, {month}",
)

ESSAYS = (
    ("What the ash knows", "what-the-ash-knows"),
    ("A kitchen is a museum you may touch", "kitchen-museum"),
    ("Twelve beginners and a bucket", "bucket"),
    ("On lids", "on-lids"),
    ("The honest dimensions of things", "honest-dimensions"),
    ("Letters from Mashiko, one to seven", "mashiko"),
    ("Why I still answer every comment", "comments"),
    ("How to drop a teapot", "how-to-drop-a-teapot"),
    ("My grandmother's butter dish", "butter-dish"),
    ("Slow cooling", "slow-cooling"),
    ("Price, worth, Thursday", "price"),
    ("Ein Jahr mit Brünhilde", "bruenhilde"),
    ("The neighbour's pear tree", "pear-tree"),
    ("What I say when they ask the price", "asking-the-price"),
    ("A short history of my failures, with pictures", "failures"),
    ("Handles: two fingers or three", "handles"),
    ("Thirty-one mugs for one café", "thirty-one-mugs"),
    ("Briefe an meine Tante", "briefe"),
    ("The honey man is always louder by noon", "honey-man"),
    ("Reading in the bath, and other hazards", "bath"),
    ("Una semana en La Bisbal", "la-bisbal"),
    ("The cat's statement", "cat"),
    ("Notes on patience (late)", "patience"),
    ("Everything I know about cracks", "cracks"),
)

ESSAY = """{title}

There is a moment, two days after the fire, when the bricks are warm like an animal and nothing has been
decided yet. Everything you will be proud of or ashamed of is already in there, finished, in the dark. I have
learned to sit down beside it and do nothing. It is the hardest thing I do all month.

People write to me about this more than about any glaze. A teacher in {place} calls it the pause before the
bell. A nurse says it is the lift between two floors. I keep those letters in the drawer under the scales.

So this is for them: the {piece} on the left survived, the one on the right has become a lesson, and the tea
is still warm. Write to me. I answer all of it, slowly.
"""

ANNOUNCEMENTS = (
    "New on the blog: {title} {url}",
    "I wrote something longer: {title}. It took a month and a lot of biscuits. {url}",
    "The shop is open again, forty {piece}s and one teapot with opinions: " + SITE + "/shop",
    "Neuer Text: {title} {url}",
    "Places left in the {month} class, bring old clothes: " + SITE + "/classes",
)
