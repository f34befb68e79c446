"""What no text may say, by age: plain data for the safety filter. English and Spanish."""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

from dataclasses import dataclass

from apps.feedback.engine.brief import AgeBand

EVERYBODY: frozenset[AgeBand] = frozenset({"child", "youth", "adult"})
UNDER_AGE: frozenset[AgeBand] = frozenset({"child", "youth"})
CHILDREN: frozenset[AgeBand] = frozenset({"child"})


@dataclass(frozen=True, slots=True)
class WordingRule:
    """Sentences that match are taken out of texts for these ages.

    Attributes:
        reason: what is told to staff instead.
        unless: matches of this are blanked before `pattern` looks ("the weight of the pass").
    """

    key: str
    reason: str
    pattern: str
    bands: frozenset[AgeBand] = EVERYBODY
    unless: str = ""


RULES: tuple[WordingRule, ...] = (
    WordingRule(
        "no_diagnosis",
        "No text may diagnose, predict an injury or advise on medicine: that is for clinicians.",
        r"\bdiagnos\w*|\binjury[- ](?:risk|prone)|\brisk of (?:an )?injur\w+|\bpredict\w* (?:an )?injur\w+|"
        r"\b(?:has|have|suffers? from|signs? of|looks? like|probably|likely) (?:an? )?(?:\w+ )?(?:injur\w+|strain|sprain|tear|"
        r"tendin\w+|concussion|overtrain\w+|anorexi\w+|asthma|adhd|depress\w+)|\btendin\w+|\bovertrained\b|"
        r"\bpainkillers?\b|\bibuprofen\w*|\bparacetamol\b|\bsteroids?\b|\bcreatine?\b|\bsupplements?\b|"
        r"\bdiagn[oó]stic\w*|\briesgo de lesi[oó]n|\bpropens[oa] a lesion\w*|\bpredic\w+ (?:una )?lesi[oó]n|"
        r"\b(?:tiene|sufre|padece|parece|probablemente) (?:una? )?(?:lesi[oó]n|desgarro|esguince|tendinitis|conmoci[oó]n|"
        r"sobreentrenamiento|anorexia|asma|tdah|depresi[oó]n)|\banalg[eé]sic\w+|\bibuprofeno\b|\bcreatina\b|\bsuplementos?\b",
    ),
    WordingRule(
        "no_playing_through_pain",
        "Nobody is asked to play on with pain.",
        r"\b(?:push|play|train|work|run) (?:on )?through (?:the |any )?pain|\bignore (?:the |any )?pain|\bno pain,? no gain|"
        r"\b(?:juega|entrena|sigue|aguanta\w*) con dolor|\bignora\w* el dolor|\bsin dolor no hay",
    ),
    WordingRule(
        "no_body_remarks",
        "No remark on the body, weight or growth of a player under age.",
        r"\b(?:over|under)?weight\b|\bbody ?(?:shape|fat|mass|type|composition)|\bbmi\b|\bcalor\w+|\bdiet\w*|"
        r"\bpubert\w+|\bmaturity\b|\bgrowth spurt|\b(?:too|very) (?:small|short|tall|big|thin)\b|\bkilos?\b|"
        r"\bpeso\b|\bsobrepeso\b|\bgrasa\b|\bcalor[ií]as?\b|\bdietas?\b|\bpubertad\b|\bestir[oó]n\b|"
        r"\b(?:demasiado|muy) (?:pequeñ[oa]|baj[oa]|alt[oa]|grande|delgad[oa])\b",
        UNDER_AGE,
        unless=r"\bweight of (?:the|a|your|his|her|their) (?:pass|ball)\b|\b(?:shift|transfer|move|keep|put)\w* "
        r"(?:the|your|his|her|their) weight\b|\bweight (?:on|over|onto|forward)\b|\bpeso (?:del pase|del balón|en el pie|"
        r"sobre el pie|hacia)\b",
    ),
    WordingRule(
        "no_body_shaming",
        "No body shaming.",
        r"\bfat(?:ty|so)?\b|\bobese\b|\bskinny\b|\bscrawny\b|\bflabby\b|\bchubby\b|\btoo (?:heavy|fat|thin)\b|"
        r"\b(?:lose|losing|drop) (?:some )?weight|\bgord[oa]s?\b|\bgordit[oa]s?\b|\bobes[oa]s?\b|\bflac[oa]s?\b|"
        r"\benclenques?\b|\bbajar de peso|\bperder peso|\badelgazar\b",
    ),
    WordingRule(
        "kind",
        "Speaks of what was done, never of what a person is worth.",
        r"\blazy\b|\blaziness\b|\buseless\b|\bhopeless\b|\bpathetic\b|\bstupid\b|\bidiot\w*|\bembarrass\w+|\bdisgrace\w*|"
        r"\bworthless\b|\buntalented\b|\bno talent\b|\bbad attitude\b|\bweak player\b|\bloser\b|\bshameful\b|\bashamed\b|"
        r"\b(?:is|was|are) (?:a )?(?:disappointment|failure)\b|\bvag[oa]s?\b|\bin[uú]til(?:es)?\b|\bperezos[oa]s?\b|"
        r"\bpat[eé]tic[oa]s?\b|\btont[oa]s?\b|\bestúpid[oa]s?\b|\bverg[uü]enza\b|\bsin talento\b|\bmala actitud\b|\btorpes?\b|"
        r"\bfracasad[oa]s?\b",
    ),
    WordingRule(
        "no_comparison",
        "Players under age are compared with themselves, not ranked among others.",
        r"\b(?:slowest|weakest|worst|laziest)\b|\b(?:fastest|best|strongest|quickest) (?:player |one )?(?:in|of|on) "
        r"(?:the|her|his|their|your) (?:team|group|squad|class)|\b(?:faster|slower|better|worse|stronger|weaker) than "
        r"(?:her|his|their|your|the|other|any|most|all)\s?(?:other )?(?:team-?mates?|players?|others|children|kids|girls|boys)|"
        r"\brank\w*\b|\bpercentiles?\b|\bm[aá]s lent[oa]s? del? |\b(?:el|la) peor\b|\bmejor que (?:sus|los|las) "
        r"(?:compañer\w+|demás|otr\w+)|\bpeor que\b|\bm[aá]s (?:r[aá]pid|lent)[oa]s? que (?:sus|los|las) "
        r"(?:compañer\w+|demás|otr\w+)|\bpercentil(?:es)?\b",
        UNDER_AGE,
    ),
    WordingRule(
        "no_maximal_effort",
        "Children are not asked for their utmost: fun and learning come first.",
        r"\ball[- ]out\b|\bmax(?:imal|imum)? effort\b|\bto exhaustion\b|\buntil (?:you|she|he|they) (?:drop|can'?t)|"
        r"\bto the limit\b|\bgive (?:it )?(?:everything|110)|\bhasta (?:el agotamiento|no poder)|\besfuerzo m[aá]ximo\b|"
        r"\bal l[ií]mite\b|\bdarlo todo\b",
        CHILDREN,
    ),
    WordingRule(
        "no_private_contact",
        "No text suggests contact with a player outside the team, or carries an address.",
        r"\b(?:meet|call|text|message|write|phone|contact|email|dm) me\b|\bprivate (?:message|chat|lesson)\w*|\balone with\b|"
        r"\bkeep (?:it|this) (?:a )?secret|\bwhats ?app\b|\binstagram\b|\bsnapchat\b|\btelegram\b|\bphone number\b|"
        r"https?://|\bwww\.|[\w.+-]+@[\w-]+\.\w+|\+\d[\d \-()]{7,}|\bll[aá]mame\b|\bescr[ií]beme\b|\bqueda\w* conmigo\b|"
        r"\ba solas\b|\bmensaje privado\b|\ben secreto\b|\bn[uú]mero de tel[eé]fono\b",
    ),
    WordingRule(
        "no_machine_talk",
        "The text speaks of football, not of how it was made.",
        r"\bas an ai\b|\blanguage model\b|\bsystem prompt\b|\bmy instructions\b|\bprevious instructions\b|"
        r"\bignor\w+ (?:all|the|las|todas)\b.{0,30}\b(?:instructions|instrucciones)\b|\bmodelo de lenguaje\b|"
        r"\bmis instrucciones\b",
    ),
)
