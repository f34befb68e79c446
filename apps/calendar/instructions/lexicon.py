"""The words by which an event is changed, English and Spanish, as they look without accents (`core.folding`)."""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40,
    "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
}  # fmt: skip
WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "wed": 2, "thursday": 3, "thurs": 3,
    "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5, "sunday": 6, "sun": 6,
    "lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6,
}  # fmt: skip
MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6,
    "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10,
    "november": 11, "nov": 11, "december": 12, "dec": 12,
    "enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9,
    "octubre": 10, "noviembre": 11, "diciembre": 12,
}  # fmt: skip
UNIT_MINUTES = {"minute": 1, "minuto": 1, "min": 1, "hour": 60, "hora": 60, "hr": 60, "h": 60}
UNIT_DAYS = {"day": 1, "dia": 1, "week": 7, "semana": 7}

NUMBER = r"(?:\d+(?:[.,]\d+)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
LENGTH = (
    rf"(?:half an hour|(?:a )?quarter of an hour|an? hour and a half|one hour and a half|media hora|(?:un )?cuarto de hora|"
    rf"(?:una )?hora y media|{NUMBER}\s?(?:hours?|hrs?|h|horas?)(?:\s(?:and|y)\s{NUMBER}\s?(?:minutes?|mins?|minutos?))?|"
    rf"{NUMBER}\s?-?\s?(?:minutes?|mins?|min|minutos?))"
)
SPAN = rf"{NUMBER}\s(?:days?|weeks?|dias?|semanas?)"
WEEKDAY = r"(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")"
MONTH = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")"
_SPOKEN = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"
CLOCK = (
    rf"(?:(?:half past|quarter past|quarter to)\s(?:\d{{1,2}}|{_SPOKEN})|(?:\d{{1,2}}(?:[:.h]\d{{2}})?|{_SPOKEN})"
    r"(?:\sy (?:media|cuarto)|\smenos cuarto)?)"
    r"(?:\s?o'?clock)?(?:\s?(?:a\.?m\.?|p\.?m\.?|h\b|hrs?\b|horas\b)|\s(?:in the (?:morning|afternoon|evening)|de la (?:manana|tarde|noche)))?"
)

LATER = r"(?:later|mas tarde|despues)"
EARLIER = r"(?:earlier|sooner|before|antes|mas temprano|mas pronto)"
PUT_OFF = r"(?:delay|postpone|push back|push|put off|put back|retrasa(?:lo|la|r)?|aplaza(?:lo|la|r)?|atrasa(?:lo|la|r)?|pospon(?:lo|la|er)?)"
BRING_FORWARD = r"(?:bring forward|bring|pull forward|advance|adelanta(?:lo|la|r)?)"
SHORTEN = r"(?:shorten|cut|reduce|trim|acorta(?:lo|la|r)?|reduce(?:lo|la)?|reducir|recorta(?:lo|la|r)?)"
LENGTHEN = r"(?:lengthen|extend|prolong|make longer|alarga(?:lo|la|r)?|amplia(?:lo|la|r)?|extiende(?:lo|la)?|extender)"
MOVE = r"(?:move|shift|reschedule|change|set|switch|put|mueve(?:lo|la)?|mover|pasa(?:lo|la|r)?|cambia(?:lo|la|r)?|traslada(?:lo|la|r)?|pon(?:lo|la)?)"
CANCEL = r"(?:cancel|call off|scrap|cancela(?:lo|la|r)?|anula(?:lo|la|r)?|suspende(?:lo|la|r)?)"
REINSTATE = r"(?:reinstate|un-?cancel|reactivate|bring back|restore|recupera(?:lo|la|r)?|reactiva(?:lo|la|r)?|restablece(?:lo|la|r)?)"
DELETE = r"(?:delete|remove|erase|borra(?:lo|la|r)?|elimina(?:lo|la|r)?|quita(?:lo|la|r)?)"
RENAME = r"(?:rename|call(?= (?:it|this|the (?:training|session|event|match|practice|game)) )|retitle|renombra(?:lo|la|r)?|llama(?:lo|la|r)?|titula(?:lo|la|r)?)"
SWAP = r"(?:swap|replace|exchange|substitute|switch|change|cambia(?:r)?|sustituye|sustituir|reemplaza(?:r)?)"
LEAVE_OUT = r"(?:leave out|drop|skip|remove|take out|quita(?:r)?|elimina(?:r)?|deja fuera|omite)"
WITH = r"(?:with|for|by|por|con)"
PLACE_WORD = (
    r"(?:pitch|field|ground|gym|hall|stadium|park|arena|court|campus|school|campo|cancha|pabellon|gimnasio|polideportivo|"
    r"estadio|parque|pista|colegio|ciudad deportiva)"
)
PLACE = r"(?:place|location|venue|lugar|sitio|ubicacion)"
TITLE = r"(?:title|name|titulo|nombre)"
IT = r"(?:it|this|that|the (?:training|session|event|match|practice|game|start|date|day|time)|(?:el|la|este|esta) (?:entrenamiento|sesion|evento|partido|hora|fecha|dia|inicio|entreno))"
VERBS = "|".join(
    (
        MOVE,
        PUT_OFF,
        BRING_FORWARD,
        SHORTEN,
        LENGTHEN,
        CANCEL,
        REINSTATE,
        DELETE,
        RENAME,
        SWAP,
        LEAVE_OUT,
        "make",
        "do",
        "hold",
        "start",
        "end",
        "empieza",
        "termina",
        "haz",
    )
)
NOT = rf"\b(?:don'?t|do not|never|not to|no)\s(?:{VERBS})"

ONE = r"(?:only|just|solo|solamente|unicamente)\s(?:for\s|on\s|para\s)?(?:this|that|esta?e?|ese|esa|el|la)(?:\s(?:one|time|date|day|event|session|training|fecha|vez|dia|entrenamiento|sesion|evento))?|(?:this|that) (?:one|time|date) only|(?:esta|este) (?:vez|fecha|dia) (?:solo|solamente)|solo (?:hoy|ese dia)"
FOLLOWING = r"(?:from (?:now|here|this (?:one|date)|then|that date) on(?:wards?)?|(?:this|that) (?:one )?and (?:all )?(?:the )?(?:following|later|future|after it|all after it)(?: ones| events| dates)?|all (?:the )?(?:following|later|future)(?: ones| events| dates)?|a partir de (?:ahora|aqui|esta fecha|este dia|entonces)|(?:este|esta) y (?:todos? )?(?:los|las) siguientes|(?:los|las) siguientes|en adelante|de ahora en adelante)"
ALL = r"(?:(?:for )?the (?:whole|entire|complete) series|all (?:of them|events|dates|trainings|sessions|occurrences)|every (?:one|time|week|training|session)|always|toda la serie|la serie entera|todos(?: los (?:entrenamientos|eventos|dias))?|todas(?: las (?:sesiones|fechas|semanas))?|siempre|cada (?:vez|semana))"

INTENSITY = {
    "low": r"(?:easy|easier|light|lighter|gentle|low|suave|ligera?o?|baja|mas suave)",
    "moderate": r"(?:moderate|medium|normal|moderada?o?|media)",
    "high": r"(?:hard|harder|intense|high|fuerte|dura?o?|intensa?o?|alta)",
}
INTENSITY_WORD = r"(?:intensity|intensidad)"

FILLER = (
    r"please|pls|por favor|thanks?(?: you)?|gracias|can you|could you|would you|puedes|podrias|i (?:want|would like|need|have) to|we (?:need|have|want) to|"
    r"let'?s|quiero|quisiera|necesito|hay que|tenemos que|me gustaria|and|also|then|y|e|luego|tambien|ademas|instead|en su lugar|so|asi|but|pero|"
    r"the (?:training|session|event|match|practice|game|start|date|day|time|duration|length|drill|exercise)|(?:el|la|este|esta|los|las|del|al|de la) (?:entrenamiento|sesion|evento|partido|hora|fecha|dia|inicio|duracion|entreno|ejercicio)|"
    r"it|this|that|lo|la|el|un|una|se|to|on|at|by|the|for|a|al|en|de|para|of|in|its|su|just|ok|okay|hi|hello|hola|coach|hour|hora|"
    r"everybody|everyone|team|training|session|event|entrenamiento|sesion|evento"
)
