"""The catalogue's titles and definitions in Spanish: plain data beside `vision.kpi.catalogue`, key by key."""
# ruff: noqa: E501 - a sentence reads better whole

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ZONES = {
    key: text
    for zone in range(1, 6)
    for key, text in (
        (f"time_zone_{zone}_s", (f"Tiempo en zona {zone}", f"Tiempo en la zona de velocidad {zone}.")),
        (
            f"distance_zone_{zone}_m",
            (f"Distancia en zona {zone}", f"Metros recorridos en la zona de velocidad {zone}."),
        ),
    )
}
_EFFORTS = {
    f"{kind}s_{band}": (f"{title}, {shown}", f"Cuántas veces {verb} a {shown} m/s² durante al menos 0,7 s.")
    for kind, title, verb in (("acceleration", "Aceleraciones", "aceleró"), ("deceleration", "Frenadas", "frenó"))
    for band, shown in (("low", "de 1 a 2"), ("moderate", "de 2 a 3"), ("high", "3 o más"))
}

SPANISH: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "max_speed_mps": ("Velocidad máxima", "La media más rápida durante un segundo entero."),
        "mean_speed_mps": ("Velocidad media", "Velocidad media mientras se veía al jugador en la imagen."),
        "mean_moving_speed_mps": ("Velocidad media en movimiento", "Velocidad media mientras el jugador no estaba parado."),
        "p95_speed_mps": ("Velocidad del 95 %", "El 95 % del tiempo el jugador fue más lento que esto."),
        "high_intensity_runs": ("Carreras intensas", "Cuántas veces corrió rápido durante al menos un segundo."),
        "sprint_count": ("Esprints", "Cuántas veces esprintó durante al menos un segundo."),
        "repeated_sprint_bouts": ("Series de esprints", "Grupos de esprints con poco descanso entre ellos."),
        "acceleration_density_mps2": ("Cambios de velocidad", "Con qué fuerza cambió de velocidad, de media; no necesita umbral."),
        "total_distance_m": ("Distancia", "Terreno recorrido mientras se veía al jugador en la imagen."),
        "distance_per_min_m": ("Distancia por minuto", "Terreno recorrido por cada minuto en imagen."),
        "high_speed_distance_m": ("Distancia a alta velocidad", "Terreno recorrido a alta velocidad o más: lo que mejor anuncia lo cansadas que estarán mañana las piernas."),
        "sprint_distance_m": ("Distancia en esprint", "Terreno recorrido esprintando."),
        "equivalent_distance_m": ("Distancia equivalente", "Carrera a ritmo constante que costaría la misma energía. Experimental: estos cálculos fallan hasta en la mitad."),
        "movement_area_m2": ("Zona recorrida", "Tamaño de la zona en la que se movió el jugador."),
        "mean_position_x_m": ("Posición media, a lo largo", "Dónde estuvo de media, a lo largo del campo, desde el punto central."),
        "mean_position_y_m": ("Posición media, a lo ancho", "Dónde estuvo de media, a lo ancho del campo, desde el punto central."),
        "nearest_teammate_m": ("Compañero más cercano", "Distancia habitual al compañero de equipo más cercano."),
        "ball_distance_m": ("Distancia al balón", "Distancia habitual al balón cuando va por el suelo."),
        "touches": ("Toques", "Toques de balón con el pie que se vieron en el vídeo."),
        "touches_left": ("Toques con la izquierda", "Toques con el pie izquierdo, cuando se ve claro qué pie fue."),
        "touches_right": ("Toques con la derecha", "Toques con el pie derecho, cuando se ve claro qué pie fue."),
        "time_on_ball_s": ("Tiempo con el balón", "Tiempo con el balón controlado."),
        "possessions": ("Posesiones", "Cuántas veces se hizo con el control del balón."),
        "regains": ("Balones recuperados", "Cuántas veces le quitó el balón al otro equipo."),
        "lost_balls": ("Balones perdidos", "Cuántas veces su posesión acabó con el balón en el otro equipo; los tiros no cuentan."),
        "one_touch_share": ("A un toque", "Parte de las posesiones que fueron a un toque."),
        "passes_attempted": ("Pases", "Pases dados: al menos 3 m y 0,3 s hasta que alguien controla."),
        "passes_completed": ("Pases completados", "Pases que llegaron a un compañero."),
        "pass_length_m": ("Longitud de los pases", "Distancia media de quien pasa a quien recibe."),
        "pass_ball_speed_mps": ("Velocidad del pase", "Velocidad media del balón cuando un pase raso sale del pie."),
        "shot_ball_speed_mps": ("Velocidad del tiro", "Velocidad del tiro raso más fuerte cuando sale del pie."),
        "dribble_distance_m": ("Distancia en conducción", "Terreno recorrido corriendo con el balón."),
        "dribble_speed_mps": ("Velocidad con balón", "Velocidad media corriendo con el balón."),
        "first_touch_displacement_m": ("Primer toque", "A qué distancia de donde se recibió estaba el balón 1 s después, o en el toque siguiente."),
        "movement_load": ("Carga de movimiento (vídeo)", "Todos los cambios de velocidad sumados; no se puede comparar con la de los chalecos."),
        "metabolic_power_wkg": ("Potencia metabólica", "Gasto de energía estimado. Experimental: estos cálculos fallan hasta en la mitad."),
        "cadence_spm": ("Cadencia", "Pasos por minuto al correr."),
        "knee_flexion_range_deg": ("Recorrido de la rodilla", "Cuánto se dobla y se estira la rodilla al correr (visto de lado)."),
        "hip_flexion_range_deg": ("Recorrido de la cadera", "Cuánto oscila el muslo respecto al tronco al correr (visto de lado)."),
        "stride_length_m": ("Longitud de zancada", "Terreno que cubren dos pasos al correr."),
        "ground_contact_time_ms": ("Contacto con el suelo", "Cuánto tiempo está un pie en el suelo al correr."),
        "flight_time_ms": ("Tiempo de vuelo", "Cuánto tiempo están los dos pies en el aire al correr."),
        "jump_height_m": ("Altura de salto", "Altura del mejor salto."),
        "trunk_lean_deg": ("Inclinación del tronco", "Cuánto se inclina el tronco hacia delante al correr (visto de lado)."),
        "asymmetry_share": ("Diferencia izquierda–derecha", "Diferencia entre lo que duran los pasos de la izquierda y de la derecha al correr."),
        **_ZONES,
        **_EFFORTS,
    }
)  # fmt: skip
"""Key → title and definition; a test holds the keys to those of the catalogue."""
