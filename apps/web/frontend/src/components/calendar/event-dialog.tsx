import { zodResolver } from "@hookform/resolvers/zod";
import clsx from "clsx";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { FormProvider, useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { EventTarget } from "@/api/calendar";
import { ApiError } from "@/api/errors";
import type { Alternative, CalendarEvent, EventScope, Team } from "@/api/types";
import { changesOf, eventSchema, formOf, inputOf, seriesChanges, withAlternative, withSeriesAlternative, type EventForm } from "@/calendar/event-form";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextArea } from "@/components/field";
import { Loading, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useMe } from "@/hooks/use-account";
import { useChangeEvent, useCreateEvent, useDeleteEvent, useEvent, useReloadEvent, useVerdict } from "@/hooks/use-calendar";
import { useDebounced } from "@/hooks/use-debounced";
import { usePlayers } from "@/hooks/use-players";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";
import { EventFields } from "./event-fields";
import { VerdictPanel } from "./verdict";
import { WordsBox } from "./words-box";

const SCOPES: readonly EventScope[] = ["one", "following", "all"];
const OVERRIDERS = new Set(["owner", "coach"]);
/** Long enough not to ask at each key, short enough to feel like an answer. */
const TYPING_MS = 450;

interface DialogProps {
  team: Team | null;
  zone: string;
  /** null: a new event. */
  event: CalendarEvent | null;
  form: EventForm;
  onClose: () => void;
}

function ScopeChoice({ scope, onScope }: { scope: EventScope; onScope: (scope: EventScope) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="mb-5">
      <legend className="mb-1.5 text-sm font-semibold">{t("calendar.scope.label")}</legend>
      <div className="flex flex-wrap gap-2">
        {SCOPES.map((value) => (
          <label
            key={value}
            className={clsx(
              "flex min-h-11 cursor-pointer items-center gap-2 rounded-field border px-3.5 font-semibold",
              value === scope ? "border-accent bg-accent-soft text-accent-ink" : "border-line-strong/60 hover:bg-sunken",
            )}
          >
            <input type="radio" name="scope" className="accent-accent" checked={value === scope} onChange={() => onScope(value)} />
            {t(`calendar.scope.${value}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface Asked {
  team: Team | null;
  zone: string;
  event: CalendarEvent | null;
  scope: EventScope;
}

/** What is sent: everything of a new event, of another only what differs. */
function useSent({ event, zone, scope }: Asked) {
  const series = useEvent(event?.is_series && scope === "all" ? event.id : null, null);
  const before = event ? formOf(event, zone) : null;
  const whole = scope === "all" && event?.is_series ? (series.data ? formOf(series.data, zone) : null) : undefined;
  const sent = (after: EventForm) => {
    if (!before) return inputOf(after, zone);
    if (whole !== undefined) return whole && seriesChanges(whole, before, after, zone);
    const changes = changesOf(before, after, zone);
    if (scope === "one") delete changes.rrule;
    return changes;
  };
  const allowed = (form: EventForm, { changes }: Alternative) =>
    whole && before ? withSeriesAlternative(whole, before, form, changes, zone) : withAlternative(form, changes, zone);
  return { sent, allowed };
}

function refusalOf(error: unknown) {
  return error instanceof ApiError && error.code === "SAFETY_RULE" ? error : null;
}

/** Who changed the event meanwhile, from a 409. */
function useConflictText() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (error: unknown, zone: string) => {
    if (!(error instanceof ApiError) || error.code !== "CONFLICT" || typeof error.extra.changed_by !== "string") return null;
    const at = String(error.extra.changed_at);
    const when = Number.isNaN(Date.parse(at)) ? at : formatDate(at, language, zone);
    return t("calendar.conflict", { who: error.extra.changed_by, when });
  };
}

function DeleteBar({ target, onClose }: { target: EventTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const remove = useDeleteEvent();
  const notify = useNotify();
  const errorText = useErrorText();
  if (!asked) {
    return (
      <Button look="danger" onClick={() => setAsked(true)}>
        <Trash2 className="size-4" aria-hidden="true" />
        {t("action.delete")}
      </Button>
    );
  }
  const go = () =>
    remove.mutate(target, {
      onSuccess: () => {
        notify("good", t("calendar.deleted"));
        onClose();
      },
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-sm font-semibold">{t(`calendar.deleteAsk.${target.scope}`)}</span>
      <Button look="danger" busy={remove.isPending} onClick={go} autoFocus>
        {t("calendar.deleteYes")}
      </Button>
      <Button look="quiet" onClick={() => setAsked(false)}>
        {t("action.cancel")}
      </Button>
    </div>
  );
}

function useAsked(props: Asked, values: EventForm) {
  const { sent, allowed } = useSent(props);
  const { event, team, scope } = props;
  const ask = () => {
    if (!eventSchema.safeParse({ ...values, title: values.title || "-" }).success) return null;
    const body = sent(values);
    if (!body || Object.keys(body).length === 0) return null;
    if (!event) return { ...body, title: values.title || "-", team_id: team?.id };
    return { ...body, event_id: event.id, scope, ...(scope !== "all" && { occurrence: event.occurrence }) };
  };
  const typed = JSON.stringify(ask());
  const settled = useDebounced(typed, TYPING_MS);
  const input = JSON.parse(settled) as ReturnType<typeof ask>;
  const verdict = useVerdict(input);
  return { sent, allowed, verdict: { ...verdict, data: input ? verdict.data : undefined }, waiting: typed !== settled || verdict.isFetching };
}

/** Make or change an event, with the verdict of the rules beside it as it is typed. */
export function EventDialog({ onClose, ...props }: DialogProps) {
  const { event, team, zone } = props;
  const { t } = useTranslation();
  const { data: me } = useMe();
  const players = usePlayers();
  const notify = useNotify();
  const errorText = useErrorText();
  const conflictText = useConflictText();
  const [scope, setScope] = useState<EventScope>(event?.is_series ? "one" : "all");
  const [reason, setReason] = useState("");
  const [fresh, setFresh] = useState<CalendarEvent | null>(null);
  const [conflict, setConflict] = useState<string | null>(null);
  const current = fresh ?? event;
  const methods = useForm<EventForm>({ resolver: zodResolver(eventSchema), defaultValues: props.form });
  const values = useWatch({ control: methods.control }) as EventForm;
  const { sent, allowed, verdict, waiting } = useAsked({ team, zone, event: current, scope }, { ...props.form, ...values });
  const create = useCreateEvent();
  const change = useChangeEvent();
  const reload = useReloadEvent();
  const saving = create.isPending || change.isPending;
  const failed = create.error ?? change.error;
  const refusal = refusalOf(failed);
  const mayOverride = me?.memberships.some(({ role, team: { id } }) => OVERRIDERS.has(role) && id === (current?.team_id ?? team?.id));
  const needsReason = Boolean(verdict.data?.needs_reason || refusal);
  const overridable = (verdict.data?.overridable ?? true) && refusal?.extra.overridable !== false;
  const stands = needsReason && !(overridable && mayOverride);

  const done = () => {
    notify("good", t("calendar.saved"));
    onClose();
  };
  const submit = (after: EventForm) => {
    const body = sent(after);
    if (!body) return;
    const withReason = { ...body, ...(needsReason && reason.trim() && { override_reason: reason.trim() }) };
    if (!current) return create.mutate({ ...inputOf(after, zone), ...withReason, team_id: team?.id }, { onSuccess: done });
    if (Object.keys(body).length === 0) return onClose();
    change.mutate({ target: targetOf(current, scope), change: withReason }, {
      onSuccess: done,
      onError: async (error) => {
        const text = conflictText(error, zone);
        if (!text) return;
        const now = await reload(current);
        setConflict(text);
        if (!now) return;
        setFresh(now);
        methods.reset(formOf(now, zone));
        change.reset();
      },
    });
  };
  const useAlternative = (alternative: Alternative) => {
    create.reset();
    change.reset();
    methods.reset(allowed(methods.getValues(), alternative), { keepDefaultValues: true });
  };
  return (
    <Dialog open wide onOpenChange={(open) => !open && onClose()} title={t(current ? "calendar.edit" : "calendar.new")}>
      <FormProvider {...methods}>
        <form noValidate onSubmit={methods.handleSubmit(submit)}>
          {conflict && <Banner tone="warn" className="mb-5">{conflict}</Banner>}
          {current?.is_series && <ScopeChoice scope={scope} onScope={setScope} />}
          {current && <WordsBox key={scope} event={current} scope={scope} zone={zone} mayOverride={Boolean(mayOverride)} onDone={done} />}
          <div className="grid gap-6 lg:grid-cols-[1fr_20rem]">
            <EventFields
              team={team}
              players={(players.data?.items ?? []).filter(({ team_id }) => team_id === (current?.team_id ?? team?.id))}
              zone={zone}
              showRepeat={!current || scope !== "one"}
              isNew={!current}
            />
            <div className="space-y-4 lg:sticky lg:top-0 lg:self-start">
              {failed && !refusal && !conflictText(failed, zone) && <Banner tone="bad">{errorText(failed)}</Banner>}
              {refusal && <Banner tone="bad">{refusal.message}</Banner>}
              {verdict.data ? (
                <VerdictPanel verdict={verdict.data} stale={waiting} onAlternative={useAlternative} />
              ) : verdict.isError ? (
                <Banner tone="warn" title={t("calendar.verdict.failed")}>{errorText(verdict.error)}</Banner>
              ) : waiting ? (
                <Loading label={t("calendar.verdict.asking")} />
              ) : (
                <p className="rounded-field bg-sunken px-4 py-3 text-sm text-muted">{t("calendar.verdict.none")}</p>
              )}
              {needsReason && overridable && mayOverride && (
                <TextArea
                  label={t("calendar.reason.label")}
                  hint={t("calendar.reason.hint")}
                  value={reason}
                  onChange={({ target }) => setReason(target.value)}
                />
              )}
              {stands && <p className="text-sm font-semibold text-bad">{t(overridable ? "calendar.reason.notYou" : "calendar.reason.hard")}</p>}
            </div>
          </div>
          <div className="sticky -bottom-6 -mx-6 mt-6 -mb-6 flex flex-wrap items-center justify-between gap-3 border-t border-line bg-surface px-6 py-4">
            {current ? <DeleteBar key={scope} target={targetOf(current, scope)} onClose={onClose} /> : <span />}
            {verdict.data && (
              <p className="basis-full text-sm font-semibold sm:basis-auto lg:hidden">{t(`calendar.verdict.${verdict.data.decision as "allow"}`)}</p>
            )}
            {needsReason && !stands && !reason.trim() && <p className="min-w-0 flex-1 text-right text-sm text-muted">{t("calendar.reason.needed")}</p>}
            <Button type="submit" look="primary" className="px-8" busy={saving} disabled={stands || (needsReason && !reason.trim())}>
              {t(needsReason ? "calendar.saveAnyway" : "action.save")}
            </Button>
          </div>
        </form>
      </FormProvider>
    </Dialog>
  );
}

function targetOf({ id, version, occurrence }: CalendarEvent, scope: EventScope): EventTarget {
  return { id, version, scope, occurrence };
}
