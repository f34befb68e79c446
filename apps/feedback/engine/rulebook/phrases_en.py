"""The rule-based coach's English. Several ways to say a thing; which one is chosen follows from the evidence."""
# ruff: noqa: E501 - a sentence reads better whole

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Variants = tuple[str, ...]

PHRASES: Mapping[str, Variants] = MappingProxyType(
    {
        # Opening: what was measured
        "open.both": (
            "{name} covered {distance} in the {type} on {day}, with a top speed of {speed}.",
            "In the {type} on {day}, {name} covered {distance} and reached a top speed of {speed}.",
            "{distance} covered and a top speed of {speed}: that was the {type} on {day} for {name}.",
        ),
        "open.distance": (
            "{name} covered {distance} in the {type} on {day}.",
            "In the {type} on {day}, {name} covered {distance}.",
        ),
        "open.speed": (
            "{name} reached a top speed of {speed} in the {type} on {day}.",
            "In the {type} on {day}, the top speed of {name} was {speed}.",
        ),
        "open.none": (
            "The film of the {type} on {day} gave no figures for {name}, so this looks at what you entered and at the "
            "next step.",
            "There are no figures for {name} from the {type} on {day}; what follows rests on what was entered.",
        ),
        "open.live": (
            "So far in this session {name} has {facts}.",
            "Up to now {name} has {facts}.",
        ),
        "live.distance": ("{value} covered",),
        "live.speed": ("a top speed of {value}",),
        "live.now": ("a speed now of {value}",),
        "sprints": ("There were {count} in it.", "{count} were part of it."),
        "sprints.far": (
            "There were {count} in it, and {far} at high speed.",
            "{count} and {far} at high speed were part of it.",
        ),
        # Beside earlier sessions
        "trend.up": (
            "Above the {sessions} before, by more than the measurement's own error: {list}.",
            "Higher than in the {sessions} before, beyond what errors of measuring explain: {list}.",
        ),
        "trend.down": (
            "Below the {sessions} before, by more than the measurement's own error: {list}.",
            "Lower than in the {sessions} before, beyond what errors of measuring explain: {list}.",
        ),
        "trend.first": ("{told} ({before} on average)",),
        "trend.item": ("{told} ({before})",),
        "trend.steady": (
            "Beside the {sessions} before, the {what} shows no clear change.",
            "The {what} is where it has been in the {sessions} before: no clear change.",
        ),
        "trend.context": (
            "How much is run depends on what was played, so read that as a fact about the session first.",
            "Much of that is decided by the exercises of the day.",
        ),
        # Strengths
        "strength.speed": (
            "Top speed {value}, between {low} and {high}{moment}: that takes room to run.",
            "A fast run when there was room: top speed {value}, between {low} and {high}{moment}.",
        ),
        "strength.speed.plain": (
            "Top speed {value}{moment}: that takes room to run.",
            "A fast run when there was room: top speed {value}{moment}.",
        ),
        "strength.more.speed": (
            "Faster than in the {sessions} before: a top speed of {value}, against {before} on average.",
            "A top speed of {value}, up on the {sessions} before ({before} on average).",
        ),
        "strength.more.count": (
            "{value}, more than in the {sessions} before ({before} on average).",
            "{value}: the {sessions} before had {before} on average.",
        ),
        "strength.more.distance": (
            "{value} covered, more than in the {sessions} before ({before} on average).",
            "Covered {value}; the {sessions} before had {before} on average.",
        ),
        "strength.steady": (
            "Reliable: {what} of {value}, in line with the {sessions} before.",
            "Steady work: {what} of {value}, as in the {sessions} before.",
        ),
        "strength.runs": (
            "Kept going back to fast runs: {count} that lasted at least a second each.",
            "Repeated the fast run again and again: {count}.",
        ),
        "strength.runs.child": (
            "Plenty of quick runs in the game: {count}.",
            "Plenty of quick runs to be proud of: {count}.",
        ),
        "strength.distance": (
            "Stayed involved: {value} covered in the session.",
            "Always on the move: {value} covered.",
        ),
        "strength.effort": (
            "Turned up, took part and said honestly how hard it was: an effort of {rpe} of 10.",
            "Took part and gave a rating of the effort, {rpe} of 10: that helps to plan well.",
        ),
        "strength.area": ("Used the pitch: moved over an area of about {value}.",),
        "strength.passes": (
            "Looked for team-mates: {done} of {tried} reached one.",
            "Kept the ball moving: {done} of {tried} found a team-mate.",
        ),
        "strength.touches": (
            "Often in the game: {count}.",
            "Stayed in the game with the ball: {count}.",
        ),
        # Next steps
        "next.less.speed": (
            "Top speed was {value} this time, under the {before} of the {sessions} before: plan {remedy} and look again.",
            "A top speed of {value}, where {before} was usual in the {sessions} before. Offer {remedy} and see whether it "
            "comes back.",
        ),
        "next.less.count": (
            "{value} this time, where the {sessions} before had {before} on average. Offer {remedy} and see whether they "
            "come back.",
            "{value}, under the {before} of the {sessions} before: plan {remedy} and look again.",
        ),
        "next.less.distance": (
            "{value} covered, where the {sessions} before had {before} on average. Offer {remedy}.",
            "{value} covered, under the {before} of the {sessions} before: plan {remedy} and look again.",
        ),
        "remedy.speed": ("a few short, fresh runs with full rest between them",),
        "remedy.distance": ("games with more space to move into",),
        "remedy.speed.child": ("a chasing game with long breaks",),
        "remedy.distance.child": ("games on a slightly larger pitch",),
        "next.no_sprint": (
            "No sprint was seen this time. A chasing game, with plenty of rest in between, brings fast runs back without "
            "a lecture.",
            "The session left no room for a sprint. A short race or chase at the start, while legs are fresh, is enough.",
        ),
        "next.no_history": (
            "There are too few earlier sessions of the same quality to speak of progress: film the next ones from the "
            "same place and the comparison comes by itself.",
            "Progress cannot be told yet: it needs more sessions filmed in the same way. Until then, work on quality.",
        ),
        "next.much": (
            "After that much running, let the next session start gently.",
            "That was a lot of running: begin the next session with the ball and an easy pace.",
        ),
        "next.effort": (
            "An effort of {rpe} of 10 asks for an easier day before the next hard one.",
            "The effort was rated {rpe} of 10: keep the day after it light.",
        ),
        "next.even": (
            "The days of the week were much alike (monotony {value}). A clearly easy day beside a clearly hard one suits "
            "better.",
            "Monotony stood at {value}: vary the days more, hard beside easy.",
        ),
        "next.technical": (
            "The ball was not measured: watch the first touch of {name} in the next game and note what you see.",
            "No figure speaks of the touch here. Look at how {name} receives in the next game, and write it down.",
        ),
        "next.technical.team": (
            "The ball was not measured: pick a few players in the next game, watch their first touch and note what you see.",
            "No figure speaks of the touch here. Choose a few players and look at how they receive.",
        ),
        "next.shape": (
            "Where to stand and when to move was not measured: ask {name} what there was to see before the ball came.",
            "Positioning was not measured. A question works better than an order: what could {name} see before receiving?",
        ),
        "told.max_speed_mps": ("a top speed of {value}",),
        "told.total_distance_m": ("{value} in all",),
        "told.high_speed_distance_m": ("{value} at high speed",),
        "told.other": ("{what} {value}",),
        # Load, targets, gaps
        "load.full": (
            "{name} rated the effort {rpe} of 10 over {minutes}, a load of {load}.",
            "The effort was rated {rpe} of 10 over {minutes}: a load of {load}.",
        ),
        "load.rpe": ("{name} rated the effort {rpe} of 10.", "The effort was rated {rpe} of 10."),
        "load.hint": (
            "At this age such a rating is a hint only.",
            "Take that rating as a hint: young players judge effort poorly.",
        ),
        "target": ("Your note set the target “{text}”.", "The target in your notes: “{text}”."),
        "gaps": ("Not assessed: {list}.", "Nothing can be said of {list}."),
        "gap": ("{what} ({reason})",),
        "grade": (
            "The film has grade {grade}, so the figures are good estimates rather than exact values.",
            "Read the figures as estimates: the film has grade {grade}.",
        ),
        "synthetic": (
            "All this is computed movement, not a film.",
            "The figures come from computed movement, not a film.",
        ),
        "child": (
            "Tell {name} what went well before anything else.",
            "Start with praise: what went well, in the words of {name}.",
        ),
        "caution": (
            "Recommendations are held back for now: {why}",
            "No exercise is suggested for now: {why}",
        ),
        # What to do
        "plan.day": (
            "On {weekday}, after the warm-up: {drill} for {minutes}.",
            "For {weekday}: {drill}, {minutes}, once everybody is warm.",
            "{weekday}'s plan: after the warm-up, {drill} for {minutes}.",
        ),
        "plan.next": (
            "At the next training, after the warm-up: {drill} for {minutes}.",
            "Next time: {drill}, {minutes}, once everybody is warm.",
        ),
        "advice": ("{why} {aim} {setup}",),
        "advice.child": ("Keep it a game.", "Let it be fun first."),
        "setup": ("Set-up: {text}",),
        "frequency.1": ("once a week",),
        "frequency.fresh": ("once a week, while the legs are fresh",),
        "frequency.2": ("twice a week", "twice a week, with a day between"),
        "why.asked": ("You asked for {area}.",),
        "why.speed": ("It brings fast runs back, with rest in between.",),
        "why.fast_kept": ("It keeps the speed that showed here.",),
        "why.recovery": ("After a session like this, the legs deserve an easy start.",),
        "why.touch": ("The ball was not measured, and time with it is never wasted.",),
        "why.passing": ("Some passes were lost; this trains the look before the pass.",),
        "why.position": ("In this position, {area} counts in every match.",),
        "why.play": ("Small games give many touches and a lot of fun.",),
        "why.endurance": ("It brings more movement into the game.",),
        "why.basics": ("The basics pay off every week.",),
        # Team
        "team.open": (
            "{count} measured in the {type} on {day}: between {low} and {high} covered by each of them.",
            "The {type} on {day} has figures for {count}, who covered between {low} and {high} each.",
        ),
        "team.open.one": ("The {type} on {day} has figures for one player only.",),
        "team.open.none": ("The film of the {type} on {day} gave no figures for the team.",),
        "team.speed": (
            "Top speeds lay between {low} and {high}.",
            "The top speeds were between {low} and {high}.",
        ),
        "team.sprints": ("There were {low} to {high} sprints for each of them.",),
        "team.sprints.same": ("Each of them had {count}.",),
        "team.up": (
            "{name}, above the {sessions} before: {list}.",
            "{name} went beyond the {sessions} before: {list}.",
        ),
        "team.down": (
            "{name}, below the {sessions} before: {list}.",
            "{name} stayed below the {sessions} before: {list}.",
        ),
        "team.all": (
            "Everybody kept moving: each covered at least {low}.",
            "Nobody stood still: at least {low} covered by each.",
        ),
        "team.ask": (
            "Less running has many reasons; before the next session, ask how the legs feel.",
            "A short talk tells more than figures: ask those with less how the legs feel.",
        ),
        "team.steady": (
            "Nobody's figures moved clearly away from their own earlier sessions.",
            "Beside their own earlier sessions, nobody's figures changed clearly.",
        ),
        "team.effort": (
            "Efforts were rated between {low} and {high} of 10.",
            "The ratings of effort lay between {low} and {high} of 10.",
        ),
        "team.next": (
            "Open the next session with one thing that went well, then one question to the group.",
            "Tell the group what went well first, then ask what they would try differently.",
        ),
        # Answers
        "answer.fact": ("The {what} was {value}{interval}{moment}.",),
        "answer.count": ("{value} were counted{interval}.",),
        "answer.when": ("At which moment is not known: there is no film behind these figures.",),
        "answer.plan": ("{day}: {list}.",),
        "answer.plan.day": ("On {weekday}",),
        "answer.plan.next": ("At the next training",),
        "answer.plan.item": ("{drill} for {minutes} ({area})",),
        "answer.missing": (
            "The {what} is not assessed here: {reason}.",
            "Not assessed in this session, the {what}: {reason}.",
        ),
        "answer.library": (
            "The library says: “{quote}” ({title}).",
            "From the library: “{quote}” ({title}).",
        ),
        "answer.beside": (
            "The library adds: “{quote}” ({title}).",
            "Worth knowing: “{quote}” ({title}).",
        ),
        "answer.drill": (
            "For that, try {drill} ({minutes}): {aim}",
            "A drill for it: {drill}, {minutes}. {aim}",
        ),
        "answer.no": (
            "The evidence of this session does not answer that.",
            "This session's evidence holds no answer to that question.",
        ),
        "answer.no.has": ("What it does hold: {what}.", "It can speak of {what}."),
        "answer.body": (
            "Bodies are no subject for a text like this; a club doctor or a parent is the right person to talk to.",
        ),
        "answer.medical": (
            "Figures cannot tell whether somebody is hurt, or will be. If there is pain, stop and ask a clinician.",
        ),
        "answer.compare": ("Young players are compared with their own earlier sessions, not with each other.",),
        "answer.refused": ("That is not something this assistant writes about. Ask about the session itself.",),
        "interval": (", between {low} and {high}",),
        "moment": (", at {clock} in the film",),
    }
)

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "max_speed_mps": "top speed",
        "speed_mps": "speed now",
        "mean_speed_mps": "average speed",
        "mean_moving_speed_mps": "average moving speed",
        "total_distance_m": "total distance",
        "distance_per_min_m": "distance per minute",
        "high_speed_distance_m": "high-speed distance",
        "sprint_distance_m": "sprint distance",
        "sprint_count": "number of sprints",
        "high_intensity_runs": "number of high-intensity runs",
        "repeated_sprint_bouts": "number of repeated-sprint bouts",
        "accelerations_high": "number of hard accelerations",
        "decelerations_high": "number of hard decelerations",
        "movement_area_m2": "area covered",
        "touches": "number of touches",
        "passes_attempted": "number of passes",
        "passes_completed": "number of completed passes",
        "time_on_ball_s": "time on the ball",
        "possessions": "number of possessions",
        "dribble_distance_m": "dribbling distance",
        "shot_ball_speed_mps": "shot speed",
        "cadence_spm": "cadence",
        "stride_length_m": "stride length",
        "knee_flexion_range_deg": "knee range",
        "jump_height_m": "jump height",
        "rpe": "rated effort",
        "load_au": "load of the session",
        "minutes": "minutes of play",
        "week_load_au": "load of the week",
        "monotony": "monotony of the week",
    }
)
COUNTED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sprint_count": ("sprint", "sprints"),
        "high_intensity_runs": ("high-intensity run", "high-intensity runs"),
        "repeated_sprint_bouts": ("repeated-sprint bout", "repeated-sprint bouts"),
        "accelerations_high": ("hard acceleration", "hard accelerations"),
        "decelerations_high": ("hard deceleration", "hard decelerations"),
        "touches": ("touch", "touches"),
        "passes_attempted": ("pass", "passes"),
        "passes_completed": ("completed pass", "completed passes"),
        "possessions": ("possession", "possessions"),
        "players": ("player", "players"),
        "sessions": ("session", "sessions"),
    }
)
TYPES: Mapping[str, str] = MappingProxyType(
    {"training": "training", "match": "match", "analysis": "filmed session", "live": "live session"}
)
AREAS: Mapping[str, str] = MappingProxyType(
    {
        "warm_up": "warming up", "ball_mastery": "ball mastery", "first_touch": "the first touch",
        "passing": "passing", "dribbling": "dribbling", "finishing": "finishing", "defending": "defending",
        "goalkeeping": "goalkeeping", "small_sided": "small-sided games", "speed": "speed", "agility": "agility",
        "coordination": "coordination", "strength": "strength and prevention", "endurance": "endurance",
        "recovery": "recovery",
    }
)  # fmt: skip
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "technical": "touches, passes and the ball", "physical": "how the body moves", "speed": "speeds",
        "distance": "distances", "load": "how hard it was", "tactical": "positioning",
    }
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
REASONS: tuple[tuple[str, str], ...] = ()
"""Reasons come in English."""
