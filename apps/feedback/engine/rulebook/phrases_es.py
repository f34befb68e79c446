"""The rule-based coach's Spanish: the same keys and fields as the English."""
# ruff: noqa: E501 - a sentence reads better whole

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Variants = tuple[str, ...]

PHRASES: Mapping[str, Variants] = MappingProxyType(
    {
        "open.both": (
            "{name} recorrió {distance} en {type} del {day}, con una velocidad máxima de {speed}.",
            "En {type} del {day}, {name} recorrió {distance} y alcanzó una velocidad máxima de {speed}.",
            "{distance} de recorrido y una velocidad máxima de {speed}: eso dejó {name} en {type} del {day}.",
        ),
        "open.distance": (
            "{name} recorrió {distance} en {type} del {day}.",
            "En {type} del {day}, {name} recorrió {distance}.",
        ),
        "open.speed": (
            "{name} alcanzó una velocidad máxima de {speed} en {type} del {day}.",
            "En {type} del {day}, la velocidad máxima de {name} fue de {speed}.",
        ),
        "open.none": (
            "El vídeo de {type} del {day} no dio datos de {name}; esto mira lo que se anotó y el siguiente paso.",
            "No hay datos de {name} en {type} del {day}; lo que sigue se apoya en lo que se anotó.",
        ),
        "open.live": (
            "Hasta ahora, en esta sesión {name} lleva {facts}.",
            "De momento {name} lleva {facts}.",
        ),
        "live.distance": ("{value} de recorrido",),
        "live.speed": ("una velocidad máxima de {value}",),
        "live.now": ("una velocidad actual de {value}",),
        "sprints": ("Hubo {count}.", "Se contaron {count}."),
        "sprints.far": ("Hubo {count}, y {far} a alta velocidad.", "Se contaron {count} y {far} a alta velocidad."),
        "trend.up": (
            "Por encima de las {sessions} anteriores, y más que el error de la medida: {list}.",
            "Más que en las {sessions} anteriores, más allá del error de la medida: {list}.",
        ),
        "trend.down": (
            "Por debajo de las {sessions} anteriores, y más que el error de la medida: {list}.",
            "Menos que en las {sessions} anteriores, más allá del error de la medida: {list}.",
        ),
        "trend.first": ("{told} ({before} de media)",),
        "trend.item": ("{told} ({before})",),
        "trend.steady": (
            "Frente a las {sessions} anteriores, sin cambios claros en {what}.",
            "En {what} todo sigue como en las {sessions} anteriores: sin cambios claros.",
        ),
        "trend.context": (
            "Cuánto se corre depende de lo que se jugó: es, ante todo, un dato de la sesión.",
            "Buena parte de eso la deciden los ejercicios del día.",
        ),
        "strength.speed": (
            "Velocidad máxima de {value}, entre {low} y {high}{moment}: para eso hace falta espacio.",
            "Una carrera rápida cuando hubo espacio: velocidad máxima de {value}, entre {low} y {high}{moment}.",
        ),
        "strength.speed.plain": (
            "Velocidad máxima de {value}{moment}: para eso hace falta espacio.",
            "Una carrera rápida cuando hubo espacio: velocidad máxima de {value}{moment}.",
        ),
        "strength.more.speed": (
            "Corrió más rápido que en las {sessions} anteriores: velocidad máxima de {value}, frente a {before} de media.",
            "Velocidad máxima de {value}, por encima de las {sessions} anteriores ({before} de media).",
        ),
        "strength.more.count": (
            "{value}, más que en las {sessions} anteriores ({before} de media).",
            "{value}: en las {sessions} anteriores hubo {before} de media.",
        ),
        "strength.more.distance": (
            "{value} de recorrido, más que en las {sessions} anteriores ({before} de media).",
            "Recorrió {value}; en las {sessions} anteriores, {before} de media.",
        ),
        "strength.steady": (
            "Regularidad: {what}, {value}, en línea con las {sessions} anteriores.",
            "Trabajo constante: {what}, {value}, como en las {sessions} anteriores.",
        ),
        "strength.runs": (
            "Volvió una y otra vez a correr rápido: {count} de al menos un segundo.",
            "Repitió la carrera rápida: {count}.",
        ),
        "strength.runs.child": (
            "Muchas carreras rápidas durante el juego: {count}.",
            "Muchas carreras rápidas para estar orgullosos: {count}.",
        ),
        "strength.distance": (
            "Siempre participando: {value} de recorrido en la sesión.",
            "Siempre en movimiento: {value} de recorrido.",
        ),
        "strength.effort": (
            "Vino, participó y dijo con sinceridad cómo de duro fue: un esfuerzo de {rpe} sobre 10.",
            "Participó y puntuó el esfuerzo con {rpe} sobre 10: ayuda a planificar bien.",
        ),
        "strength.area": ("Usó el campo: se movió en un área de unos {value}.",),
        "strength.passes": (
            "Buscó a sus compañeros: llegaron {done} de {tried}.",
            "Hizo circular el balón: llegaron {done} de {tried}.",
        ),
        "strength.touches": (
            "A menudo en el juego: {count}.",
            "Estuvo en el juego con el balón: {count}.",
        ),
        "next.less.speed": (
            "La velocidad máxima fue de {value}, por debajo de los {before} de las {sessions} anteriores: propón {remedy} y "
            "vuelve a mirar.",
            "Velocidad máxima de {value}, cuando en las {sessions} anteriores fue de {before} de media. Ofrece {remedy} y "
            "mira si vuelve.",
        ),
        "next.less.count": (
            "{value} esta vez, cuando en las {sessions} anteriores hubo {before} de media. Ofrece {remedy} y mira si "
            "vuelven.",
            "{value}, por debajo de la media de {before} de las {sessions} anteriores: propón {remedy} y vuelve a mirar.",
        ),
        "next.less.distance": (
            "{value} de recorrido, cuando en las {sessions} anteriores hubo {before} de media. Ofrece {remedy}.",
            "{value} de recorrido, por debajo de los {before} de las {sessions} anteriores: propón {remedy} y vuelve a "
            "mirar.",
        ),
        "remedy.speed": ("unas pocas carreras cortas, con las piernas frescas y descanso completo",),
        "remedy.distance": ("juegos con más espacio para moverse",),
        "remedy.speed.child": ("un juego de persecución con pausas largas",),
        "remedy.distance.child": ("juegos en un campo algo más grande",),
        "next.no_sprint": (
            "Esta vez no se vio ningún sprint. Un juego de persecución, con mucho descanso, devuelve las carreras rápidas "
            "sin sermones.",
            "La sesión no dejó sitio para un sprint. Basta una carrera corta o una persecución al empezar, con las "
            "piernas frescas.",
        ),
        "next.no_history": (
            "Hay muy pocas sesiones anteriores de la misma calidad para hablar de progreso: graba las próximas desde el "
            "mismo sitio y la comparación llegará sola.",
            "Aún no se puede hablar de progreso: hacen falta más sesiones grabadas igual. Mientras tanto, cuida la "
            "calidad.",
        ),
        "next.much": (
            "Después de tanto correr, que la próxima sesión empiece con calma.",
            "Fue mucha carrera: empieza la próxima sesión con balón y a ritmo tranquilo.",
        ),
        "next.effort": (
            "Un esfuerzo de {rpe} sobre 10 pide un día más suave antes del próximo día duro.",
            "El esfuerzo se puntuó con {rpe} sobre 10: que el día siguiente sea ligero.",
        ),
        "next.even": (
            "Los días de la semana se parecieron mucho (monotonía {value}). Mejor un día claramente suave junto a uno "
            "claramente duro.",
            "La monotonía fue de {value}: varía más los días, uno duro junto a uno suave.",
        ),
        "next.technical": (
            "El balón no se midió: fíjate en el primer toque de {name} en el próximo partidillo y anota lo que veas.",
            "Ningún dato habla aquí del toque. Mira cómo recibe {name} en el próximo partidillo y apúntalo.",
        ),
        "next.technical.team": (
            "El balón no se midió: elige a unos pocos en el próximo partidillo, mira su primer toque y anota lo que veas.",
            "Ningún dato habla aquí del toque. Elige a unos pocos y mira cómo reciben.",
        ),
        "next.shape": (
            "Dónde colocarse y cuándo moverse no se midió: pregunta a {name} qué se veía antes de que llegara el balón.",
            "La colocación no se midió. Una pregunta ayuda más que una orden: ¿qué podía ver {name} antes de recibir?",
        ),
        "told.max_speed_mps": ("velocidad máxima de {value}",),
        "told.total_distance_m": ("{value} en total",),
        "told.high_speed_distance_m": ("{value} a alta velocidad",),
        "told.other": ("{what}, {value}",),
        "load.full": (
            "{name} puntuó el esfuerzo con {rpe} sobre 10 en {minutes}, una carga de {load}.",
            "El esfuerzo se puntuó con {rpe} sobre 10 en {minutes}: una carga de {load}.",
        ),
        "load.rpe": ("{name} puntuó el esfuerzo con {rpe} sobre 10.", "El esfuerzo se puntuó con {rpe} sobre 10."),
        "load.hint": (
            "A esta edad, esa puntuación es solo una pista.",
            "Toma esa puntuación como una pista: a esta edad cuesta juzgar el esfuerzo.",
        ),
        "target": ("Tu nota puso el objetivo «{text}».", "El objetivo de tus notas: «{text}»."),
        "gaps": ("Sin evaluar: {list}.", "No se puede decir nada de {list}."),
        "gap": ("{what} ({reason})",),
        "grade": (
            "El vídeo tiene calidad {grade}: los datos son buenas estimaciones, no valores exactos.",
            "Lee los datos como estimaciones: el vídeo tiene calidad {grade}.",
        ),
        "synthetic": (
            "Todo esto son movimientos calculados, no un vídeo.",
            "Los datos vienen de movimientos calculados, no de un vídeo.",
        ),
        "child": (
            "Antes que nada, cuenta a {name} lo que salió bien.",
            "Empieza por el elogio: qué salió bien, en palabras de {name}.",
        ),
        "caution": (
            "Por ahora no se recomiendan ejercicios: {why}",
            "De momento no se propone ningún ejercicio: {why}",
        ),
        "plan.day": (
            "El {weekday}, después de calentar: {drill} durante {minutes}.",
            "Para el {weekday}: {drill}, {minutes}, con el equipo ya caliente.",
            "Plan del {weekday}: después de calentar, {drill} durante {minutes}.",
        ),
        "plan.next": (
            "En el próximo entrenamiento, después de calentar: {drill} durante {minutes}.",
            "La próxima vez: {drill}, {minutes}, con el equipo ya caliente.",
        ),
        "advice": ("{why} {aim} {setup}",),
        "advice.child": (
            "Que siga siendo un juego.",
            "Primero, que sea divertido.",
        ),
        "setup": ("Montaje: {text}",),
        "frequency.1": ("una vez por semana",),
        "frequency.fresh": ("una vez por semana, con las piernas frescas",),
        "frequency.2": ("dos veces por semana", "dos veces por semana, con un día entre medias"),
        "why.asked": ("Pediste {area}.",),
        "why.speed": ("Devuelve las carreras rápidas, con descanso entre ellas.",),
        "why.fast_kept": ("Mantiene la velocidad que se vio aquí.",),
        "why.recovery": ("Después de una sesión así, las piernas agradecen un comienzo suave.",),
        "why.touch": ("El balón no se midió, y el tiempo con él nunca se pierde.",),
        "why.passing": ("Algunos pases se perdieron; esto entrena la mirada antes del pase.",),
        "why.position": ("En su posición, {area} cuenta en cada partido.",),
        "why.play": ("Los juegos reducidos dan muchos toques y mucha diversión.",),
        "why.endurance": ("Trae más movimiento al juego.",),
        "why.basics": ("Lo básico da fruto cada semana.",),
        "team.open": (
            "{count} con datos en {type} del {day}: cada una recorrió entre {low} y {high}.",
            "En {type} del {day} hay datos de {count}, que recorrieron entre {low} y {high} cada una.",
        ),
        "team.open.one": ("En {type} del {day} solo hay datos de una persona.",),
        "team.open.none": ("El vídeo de {type} del {day} no dio datos del equipo.",),
        "team.speed": (
            "Las velocidades máximas quedaron entre {low} y {high}.",
            "Las velocidades máximas fueron de {low} a {high}.",
        ),
        "team.sprints": ("Hubo de {low} a {high} sprints por persona.",),
        "team.sprints.same": ("Cada persona hizo {count}.",),
        "team.up": (
            "{name}, por encima de sus {sessions} anteriores: {list}.",
            "{name} superó sus {sessions} anteriores: {list}.",
        ),
        "team.down": (
            "{name}, por debajo de sus {sessions} anteriores: {list}.",
            "{name} se quedó por debajo de sus {sessions} anteriores: {list}.",
        ),
        "team.all": (
            "Todo el mundo se movió: al menos {low} de recorrido por persona.",
            "Nadie se quedó quieto: al menos {low} de recorrido por persona.",
        ),
        "team.ask": (
            "Correr menos tiene muchos motivos; antes de la próxima sesión, pregunta cómo van las piernas.",
            "Una charla corta dice más que los datos: pregunta a quienes corrieron menos cómo van las piernas.",
        ),
        "team.steady": (
            "Nadie se alejó claramente de sus propias sesiones anteriores.",
            "Frente a sus propias sesiones anteriores, los datos de nadie muestran un cambio claro.",
        ),
        "team.effort": (
            "El esfuerzo se puntuó entre {low} y {high} sobre 10.",
            "Las puntuaciones de esfuerzo fueron de {low} a {high} sobre 10.",
        ),
        "team.next": (
            "Abre la próxima sesión con algo que salió bien y después una pregunta al grupo.",
            "Cuenta primero al grupo lo que salió bien y pregunta después qué harían distinto.",
        ),
        "answer.fact": ("{what}: {value}{interval}{moment}.",),
        "answer.count": ("Se contaron {value}{interval}.",),
        "answer.when": ("El momento no se sabe: detrás de estos datos no hay vídeo.",),
        "answer.plan": ("{day}: {list}.",),
        "answer.plan.day": ("El {weekday}",),
        "answer.plan.next": ("En el próximo entrenamiento",),
        "answer.plan.item": ("{drill} durante {minutes} ({area})",),
        "answer.missing": (
            "Aquí no se ha evaluado ({what}): {reason}.",
            "Sin evaluar en esta sesión ({what}): {reason}.",
        ),
        "answer.library": (
            "La biblioteca dice: «{quote}» ({title}).",
            "De la biblioteca: «{quote}» ({title}).",
        ),
        "answer.beside": (
            "La biblioteca añade: «{quote}» ({title}).",
            "Conviene saberlo: «{quote}» ({title}).",
        ),
        "answer.drill": (
            "Para eso, prueba {drill} ({minutes}): {aim}",
            "Un ejercicio para ello: {drill}, {minutes}. {aim}",
        ),
        "answer.no": (
            "La evidencia de esta sesión no responde a eso.",
            "En la evidencia de esta sesión no hay respuesta a esa pregunta.",
        ),
        "answer.no.has": ("Lo que sí contiene: {what}.", "Puede hablar de {what}."),
        "answer.body": (
            "El cuerpo no es tema de un texto así; lo adecuado es hablar con el médico del club o con la familia.",
        ),
        "answer.medical": (
            "Los datos no pueden decir si alguien está herido o lo estará. Si hay dolor, para y pregunta a un médico.",
        ),
        "answer.compare": (
            "A estas edades cada cual se compara con sus propias sesiones anteriores, no con los demás.",
        ),
        "answer.refused": ("Sobre eso este asistente no escribe. Pregunta por la sesión.",),
        "interval": (", entre {low} y {high}",),
        "moment": (", en el {clock} del vídeo",),
    }
)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "max_speed_mps": "velocidad máxima",
        "speed_mps": "velocidad actual",
        "mean_speed_mps": "velocidad media",
        "mean_moving_speed_mps": "velocidad media en movimiento",
        "total_distance_m": "distancia total",
        "distance_per_min_m": "distancia por minuto",
        "high_speed_distance_m": "distancia a alta velocidad",
        "sprint_distance_m": "distancia en sprint",
        "sprint_count": "número de sprints",
        "high_intensity_runs": "número de carreras de alta intensidad",
        "repeated_sprint_bouts": "número de series de sprints seguidos",
        "accelerations_high": "número de aceleraciones fuertes",
        "decelerations_high": "número de frenadas fuertes",
        "movement_area_m2": "área cubierta",
        "touches": "número de toques",
        "passes_attempted": "número de pases",
        "passes_completed": "número de pases completados",
        "time_on_ball_s": "tiempo con el balón",
        "possessions": "número de posesiones",
        "dribble_distance_m": "distancia en conducción",
        "shot_ball_speed_mps": "velocidad de tiro",
        "cadence_spm": "cadencia",
        "stride_length_m": "longitud de zancada",
        "knee_flexion_range_deg": "rango de la rodilla",
        "jump_height_m": "altura de salto",
        "rpe": "esfuerzo percibido",
        "load_au": "carga de la sesión",
        "minutes": "minutos de juego",
        "week_load_au": "carga de la semana",
        "monotony": "monotonía de la semana",
    }
)
COUNTED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sprint_count": ("sprint", "sprints"),
        "high_intensity_runs": ("carrera de alta intensidad", "carreras de alta intensidad"),
        "repeated_sprint_bouts": ("serie de sprints seguidos", "series de sprints seguidos"),
        "accelerations_high": ("aceleración fuerte", "aceleraciones fuertes"),
        "decelerations_high": ("frenada fuerte", "frenadas fuertes"),
        "touches": ("toque", "toques"),
        "passes_attempted": ("pase", "pases"),
        "passes_completed": ("pase completado", "pases completados"),
        "possessions": ("posesión", "posesiones"),
        "players": ("persona", "personas"),
        "sessions": ("sesión", "sesiones"),
    }
)
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "training": "el entrenamiento",
        "match": "el partido",
        "analysis": "la sesión grabada",
        "live": "la sesión en directo",
    }
)
AREAS: Mapping[str, str] = MappingProxyType(
    {
        "warm_up": "calentamiento", "ball_mastery": "dominio del balón", "first_touch": "el primer toque",
        "passing": "el pase", "dribbling": "el regate", "finishing": "la finalización", "defending": "la defensa",
        "goalkeeping": "la portería", "small_sided": "juegos reducidos", "speed": "la velocidad",
        "agility": "la agilidad", "coordination": "la coordinación", "strength": "fuerza y prevención",
        "endurance": "la resistencia", "recovery": "la recuperación",
    }
)  # fmt: skip
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "technical": "toques, pases y balón", "physical": "cómo se mueve el cuerpo", "speed": "velocidades",
        "distance": "distancias", "load": "cómo de duro fue", "tactical": "la colocación",
    }
)  # fmt: skip
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
REASONS: tuple[tuple[str, str], ...] = (
    ("the ball was not tracked", "El balón no se siguió en este vídeo."),
    ("touches and passes need the ball", "Para toques y pases hay que ver el balón y los pies casi todo el tiempo."),
    ("who is a team-mate", "No se sabe quién juega con quién."),
    ("the ball's place", "No se sabe dónde estaba el balón en el suelo."),
    ("the pitch is not marked", "El campo no está marcado, así que no se sabe en qué parte estuvo."),
    ("No poses", "No se encontraron posturas de esta persona."),
    ("Too few strides", "Hay muy pocas zancadas."),
    ("needs several cameras", "Hacen falta varias cámaras."),
    ("too noisy", "Las posiciones tienen demasiado ruido para eso."),
    ("Nobody rated", "Nadie puntuó el esfuerzo."),
    ("not who this player is", "Nadie ha dicho quién es en el vídeo."),
    ("Not measured", "No se midió en este vídeo."),
)
