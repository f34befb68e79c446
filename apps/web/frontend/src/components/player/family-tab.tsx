import { FileSignature, Trash2, UserPlus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Consent, Player } from "@/api/types";
import { Button } from "@/components/button";
import { Panel } from "@/components/dashboard/panel";
import { Dialog } from "@/components/dialog";
import { SelectField, TextField } from "@/components/field";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { Banner } from "@/components/banner";
import { useConsents, useGuardians, useInviteGuardian, useRecordConsent, useRemoveGuardian } from "@/hooks/use-entries";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate } from "@/units/format";
import { usePlayerRights } from "./rights";

const PURPOSES = ["film", "share", "ai", "research"] as const;
type Purpose = (typeof PURPOSES)[number];

function PaperDialog({ playerId, purpose, onClose }: { playerId: string; purpose: Purpose; onClose: () => void }) {
  const { t } = useTranslation();
  const record = useRecordConsent(playerId);
  const errorText = useErrorText();
  const [given, setGiven] = useState("yes");
  const [note, setNote] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    record.mutate({ purpose, given: given === "yes", on_paper: true, note }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("consent.paper")} description={t(`consent.purposes.${purpose}.name`)}>
      <form className="space-y-4" onSubmit={send}>
        {record.isError && <Banner tone="bad">{errorText(record.error)}</Banner>}
        <SelectField
          label={t("consent.word")}
          value={given}
          onChange={(event) => setGiven(event.target.value)}
          options={[{ value: "yes", label: t("consent.given") }, { value: "no", label: t("consent.refused") }]}
        />
        <TextField label={t("consent.where")} hint={t("consent.whereHint")} value={note} maxLength={300} onChange={(event) => setNote(event.target.value)} />
        <Button type="submit" look="primary" busy={record.isPending}>{t("action.save")}</Button>
      </form>
    </Dialog>
  );
}

function Word({ consent }: { consent: Consent | undefined }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  if (!consent) return <span className="text-sm text-muted">{t("consent.nothing")}</span>;
  const facts = [formatDate(consent.at, language, timeZone), consent.by?.name, consent.on_paper && t("consent.onPaper"), consent.note];
  return (
    <span className="text-sm">
      <span className={consent.given ? "font-semibold text-good" : "font-semibold text-bad"}>{t(consent.given ? "consent.given" : "consent.refused")}</span>
      <span className="text-muted"> · {facts.filter(Boolean).join(" · ")}</span>
    </span>
  );
}

function PurposeRow({ player, purpose, words }: { player: Player; purpose: Purpose; words: readonly Consent[] }) {
  const { t } = useTranslation();
  const { coach, family } = usePlayerRights(player);
  const record = useRecordConsent(player.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const [paper, setPaper] = useState(false);
  const name = t(`consent.purposes.${purpose}.name`);
  const current = words.find(({ is_current }) => is_current) ?? words[0];
  const say = (given: boolean) =>
    record.mutate(
      { purpose, given, on_paper: false, note: "" },
      { onSuccess: () => notify("good", t("entry.saved")), onError: (error) => notify("bad", errorText(error)) },
    );
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-semibold">{name}</p>
        <p className="mb-1 text-sm text-muted">{t(`consent.purposes.${purpose}.text`)}</p>
        <Word consent={current} />
      </div>
      <div className="flex flex-wrap gap-2">
        {family && (
          <>
            <Button size="sm" aria-label={t("consent.sayYes", { purpose: name })} disabled={record.isPending} onClick={() => say(true)}>{t("entry.yes")}</Button>
            <Button size="sm" aria-label={t("consent.sayNo", { purpose: name })} disabled={record.isPending} onClick={() => say(false)}>{t("entry.no")}</Button>
          </>
        )}
        {coach && (
          <Button size="sm" aria-label={`${t("consent.paper")}: ${name}`} onClick={() => setPaper(true)}>
            <FileSignature className="size-4" aria-hidden="true" />
            {t("consent.paper")}
          </Button>
        )}
      </div>
      {paper && <PaperDialog playerId={player.id} purpose={purpose} onClose={() => setPaper(false)} />}
    </li>
  );
}

function Consents({ player }: { player: Player }) {
  const { t } = useTranslation();
  const consents = useConsents(player.id);
  return (
    <Panel title={t("consent.title")}>
      <p className="mb-4 max-w-prose text-sm text-muted">{t("consent.lead")}</p>
      {consents.isPending && <Skeleton className="h-40" />}
      {consents.isError && <ErrorState error={consents.error} retry={() => void consents.refetch()} />}
      {consents.data && (
        <ul className="divide-y divide-line">
          {PURPOSES.map((purpose) => (
            <PurposeRow key={purpose} player={player} purpose={purpose} words={consents.data.items.filter((word) => word.purpose === purpose)} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Invite({ playerId }: { playerId: string }) {
  const { t } = useTranslation();
  const invite = useInviteGuardian(playerId);
  const notify = useNotify();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(email, {
      onSuccess: () => {
        setEmail("");
        notify("good", t("guardian.invited", { email }));
      },
    });
  };
  return (
    <form noValidate onSubmit={send} className="mt-5 flex flex-wrap items-end gap-3">
      <TextField
        className="flex-1 basis-56"
        label={t("guardian.email")}
        type="email"
        autoComplete="off"
        value={email}
        error={invite.isError ? errorText(invite.error) : undefined}
        onChange={(event) => setEmail(event.target.value)}
      />
      <Button type="submit" busy={invite.isPending} disabled={!email}>
        <UserPlus className="size-4" aria-hidden="true" />
        {t("guardian.invite")}
      </Button>
    </form>
  );
}

function Guardians({ player }: { player: Player }) {
  const { t } = useTranslation();
  const guardians = useGuardians(player.id);
  const remove = useRemoveGuardian(player.id);
  const { coach } = usePlayerRights(player);
  const notify = useNotify();
  const errorText = useErrorText();
  const [leaving, setLeaving] = useState<{ id: string; name: string } | null>(null);
  const end = (id: string) =>
    remove.mutate(id, { onSuccess: () => setLeaving(null), onError: (error) => notify("bad", errorText(error)) });
  return (
    <Panel title={t("guardian.title")}>
      <p className="mb-4 max-w-prose text-sm text-muted">{t("guardian.lead")}</p>
      {guardians.isPending && <Skeleton className="h-16" />}
      {guardians.isError && <ErrorState error={guardians.error} retry={() => void guardians.refetch()} />}
      {guardians.data?.items.length === 0 && <p className="text-muted">{t("guardian.none")}</p>}
      <ul className="divide-y divide-line">
        {guardians.data?.items.map(({ id, guardian, email }) => {
          const name = guardian.name || email || t("guardian.title");
          return (
            <li key={id} className="flex items-center gap-3 py-2">
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">{name}</p>
                {email && <p className="truncate text-sm text-muted">{email}</p>}
              </div>
              {(coach || email) && (
                <Button look="quiet" size="icon" aria-label={t("guardian.remove", { name })} onClick={() => setLeaving({ id, name })}>
                  <Trash2 className="size-4.5" aria-hidden="true" />
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {coach && <Invite playerId={player.id} />}
      <Dialog open={leaving !== null} onOpenChange={() => setLeaving(null)} title={t("guardian.remove", { name: leaving?.name })} description={t("guardian.removeText")}>
        <Button look="danger" busy={remove.isPending} onClick={() => leaving && end(leaving.id)}>{t("guardian.removeAction")}</Button>
      </Dialog>
    </Panel>
  );
}

/** Who speaks for a player, and what they said. */
export function FamilyTab({ player }: { player: Player }) {
  return (
    <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.4fr)_minmax(20rem,1fr)]">
      <Consents player={player} />
      <Guardians player={player} />
    </div>
  );
}
