"""Words that the demo's talks are filled with, by language: one pick per talk, so that it stays coherent."""

BLOG = "Falk & Feuer"

PLACES = (
    "Bristol",
    "Leipzig",
    "Diessen",
    "Mashiko",
    "Stoke",
    "La Bisbal",
    "Halle",
    "Cardiff",
    "Höhr",
    "Bornholm",
    "Ghent",
    "Kyoto",
    "Weimar",
    "Girona",
    "Leeds",
    "Basel",
    "Faenza",
    "Dresden",
    "Porto",
    "Lund",
)

BOOKS = (
    "A Potter's Book",
    "The Unknown Craftsman",
    "Middlemarch",
    "The Summer Book",
    "Moby-Dick",
    "The White Road",
    "Stoner",
    "The Waves",
    "In Praise of Shadows",
    "Austerlitz",
    "Gilead",
    "The Years",
    "Persuasion",
    "The Left Hand of Darkness",
    "Walden",
    "The Book of Tea",
    "Momo",
    "Mrs Dalloway",
)

GLAZES = {
    "en": ("celadon", "tenmoku", "ash glaze", "shino", "oatmeal white", "copper red", "rutile blue", "chun"),
    "de": ("Seladon", "Tenmoku", "Aschenglasur", "Shino", "Haferweiß", "Kupferrot", "Rutilblau"),
    "es": ("celadón", "tenmoku", "esmalte de ceniza", "shino", "rojo de cobre", "azul de rutilo"),
    "ja": ("青磁", "天目", "灰釉", "志野", "辰砂"),
}

PIECES = {
    "en": ("mug", "teapot", "bowl", "vase", "jug", "salt pig", "plate", "pitcher", "beaker"),
    "de": ("Tasse", "Kanne", "Schüssel", "Butterdose", "Vase", "Schale"),
    "es": ("taza", "tetera", "fuente", "jarra"),
    "ja": ("湯のみ", "急須", "鉢", "皿"),
}

MONTHS = {
    "en": ("January", "March", "April", "May", "June", "September", "October", "November"),
    "de": ("Januar", "März", "April", "Mai", "Juni", "September", "Oktober", "November"),
    "es": ("enero", "marzo", "abril", "mayo", "junio", "septiembre", "octubre", "noviembre"),
    "ja": ("一月", "三月", "四月", "五月", "六月", "九月", "十月", "十一月"),
}

WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "ja": ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
}
