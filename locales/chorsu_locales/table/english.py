from __future__ import annotations

from chorsu_locales.table import keyboards
from chorsu_locales.table.model import (
    SPEECH,
    WORDS,
    Analysis,
    DatePatterns,
    Language,
    Pasted,
    Quotes,
    Stops,
    Transliteration,
)

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

FUNCTION_WORDS = (
    "i i'm i've me my myself we we've our ours ourselves you you're you've your yours yourself he he's him his "
    "himself she she's her hers herself it it's its itself they they're they've them their theirs themselves "
    "someone something anyone anything everyone everything nobody nothing who who's whom whose which what what's "
    "when where where's why how how's whether a an the this that that's these those all any both each every either "
    "neither some such other another no none not same of in on at by to for from with without within into onto upon "
    "about against between among through during before after above below over under across along around behind "
    "beyond near since until toward towards via per despite up down off out and or but nor so if because as while "
    "though although unless than be am is isn't are aren't was wasn't were weren't been being have haven't has "
    "hasn't had hadn't having do don't does doesn't did didn't doing can can't cannot could couldn't will won't "
    "would wouldn't shall should shouldn't must might there here then now very too more most much many few less "
    "also only just still already even yet again ever quite"
)

ROW = Language(
    code="en",
    english_name="English",
    name="English",
    script="Latn",
    fallbacks=("ru",),
    quotes=Quotes("“", "”", "‘", "’"),
    alphabet="abcdefghijklmnopqrstuvwxyz",
    negations="not no never nor none nobody nothing nowhere neither hardly without cannot",
    negating="un- in- im- il- ir- dis- non- less/ful",
    numerals=(
        "zero one two three/third/thirds four/fourth/fourths five/fifth/fifths six/sixth/sixths seven/seventh eight/"
        "eighth nine/ninth ten/tenth/tenths/tens eleven- twelve/twelfth thirteen- fourteen- fifteen- sixteen- "
        "seventeen- eighteen- nineteen- twenty/twentieth/twenties thirty/thirtieth/thirties forty/fortieth/forties "
        "fifty/fiftieth/fifties sixty/sixtieth/sixties seventy/seventieth/seventies eighty/eightieth/eighties ninety/"
        "ninetieth/nineties dozen- hundred- thousand- million- billion-/milliard- trillion- half/halves/halv- twice/"
        "doubl- thrice/tripl- quarter"
    ),
    opposites=(
        "increas-/rise/rises/rising/risen/rose/grow/grows/growing/grew/grown/growth/more/most/high/higher/highest/up "
        "decreas-/declin-/fall/falls/falling/fell/fallen/drop/drops/dropped/reduc-/few/fewer/less/least/low/lower-/"
        "lowest/down before/earlier after/later yes allow-/permit- forbid-/forbade/ban/bans/banned/prohibit- win/wins/"
        "won/winning/winner-/victor- lose/loses/lost/losing/loser-/loss/losses support- oppos-/against accept-/agree/"
        "agrees/agreed/approv- reject-/refus-/deny/denies/denied guilty/convicted innocent/acquitted good/better/best "
        "bad/worse/worst first last alive/surviv- dead/die/dies/died/dying/death/deaths/kill- north/northern south/"
        "southern east/eastern west/western import/imports/imported export/exports/exported true false"
    ),
    function_words=(
        "the of and to in a is that for it with as was on are by be this from at or an have not but they "
        "which were has had its their he she we you will can would there been one more who when if no what so "
        "than then into only after also said"
    ),
    keyboards=(keyboards.LATIN_AND_RUSSIAN, keyboards.LATIN_AND_PERSIAN),
    sounds=("ae", "ei", "iy", "ckqs", "sz", "gj", "vfw", "dt", "bp"),
    analysis=Analysis(stemmer="english", words=WORDS / "en.txt", function_words=frozenset(FUNCTION_WORDS.split())),
    transliteration=Transliteration(),
    dates=DatePatterns(
        months=MONTHS,
        months_alone=MONTHS,
        long="{day} {month} {year}",
        month="{month} {year}",
        day="{day} {month}",
        same_month="{day}–{end_day} {month} {year}",
        same_year="{day} {month} – {end_day} {end_month} {year}",
        short="{day:02}/{number:02}/{year}",
        weekdays_in_capitals=True,
    ),
    relative_length=1.04,
    titles={"analysis": "Analysis", "events": "Events", "about": "About us"},
    pasted=Pasted(
        mistakes="mistake mistakes error errors typo misprint",
        report_line=(
            "if you have found find spot spotted notice noticed see saw a an the any inaccuracy spelling grammatical "
            "in on this our text article page story website please select highlight mark it fragment word words and "
            "with then press hit click keys key to let us know report tell about editors by pressing simultaneously "
            "thank thanks that notify inform send selecting highlighting your mouse required editor"
        ),
        pictures={
            "photo": "photo photos photograph photographs photographer image images picture pictures",
            "drawing": "drawing drawings illustration illustrations cartoon",
            "map": "map maps",
            "chart": "chart charts graph graphic graphics infographic diagram",
            "screenshot": "screenshot screenshots",
            "archive": "archive archives archive_photo",
            "handout": "handout courtesy handout_photo photo_courtesy_of_ courtesy_of_",
        },
        on_the_photo="in in_the on_the",
    ),
    speech=SPEECH["en"],
    doubled="that had bye no ha so very many",
    stops=Stops(
        never=(
            "mr mrs ms dr prof st gen col lt sgt capt maj cmdr gov sen rep pres rev hon amb sec asst dep e.g i.e "
            "cf vs viz ph.d m.d approx est al messrs jr sr sh ch yu ya zh kh ts gh mt ft rs incl ca dist op.cit "
            "lt.gen maj.gen brig adm cpl pvt supt insp mme mlle fr br ave blvd rd"
        ),
        behind=(
            "no nos art arts fig figs p pp vol vols ch sec para ed eds etc a.m p.m inc ltd co corp jr bros jan "
            "feb mar apr jun jul aug sept sep oct nov dec kg km m bn mln b.c a.d c.e b.c.e st rd ave blvd sq sr"
        ),
    ),
)
