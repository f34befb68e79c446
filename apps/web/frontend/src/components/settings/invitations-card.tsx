import { Send, Trash2, UserPlus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { InvitedAs } from "@/api/team";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePlayers } from "@/hooks/use-players";
import { usePreferences } from "@/hooks/use-preferences";
import { useInvitations, useInvite, useOpenInvitation } from "@/hooks/use-team";
import { formatDate } from "@/units/format";

/** A guardian is invited on the player's page, where it is said whose. */
const ROLES = ["coach", "analyst", "player", "owner"] as const satisfies readonly InvitedAs[];

function Open({ teamId }: { teamId: string }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const invitations = useInvitations(teamId);
  const { resend, takeBack } = useOpenInvitation(teamId);
  const notify = useNotify();
  const errorText = useErrorText();
  if (invitations.isPending) return <Skeleton className="h-12" />;
  if (invitations.isError) return <ErrorState error={invitations.error} retry={() => void invitations.refetch()} />;
  return (
    <ul className="divide-y divide-line">
      {invitations.data.items.map(({ id, email, role, expires_at, expired }) => (
        <li key={id} className="flex items-center gap-3 py-2">
          <div className="min-w-0 flex-1">
            <p className="font-semibold break-words">{email}</p>
            <p className="text-sm text-muted">
              {t(`role.${role}`)} · {expired ? <Tag>{t("invite.expired")}</Tag> : t("invite.until", { when: formatDate(expires_at, language, timeZone) })}
            </p>
          </div>
          <Button
            look="quiet"
            size="icon"
            aria-label={t("invite.resend", { email })}
            onClick={() =>
              resend.mutate(id, {
                onSuccess: () => notify("good", t("invite.resent", { email })),
                onError: (error) => notify("bad", errorText(error)),
              })
            }
          >
            <Send className="size-4.5" aria-hidden="true" />
          </Button>
          <Button
            look="quiet"
            size="icon"
            aria-label={t("invite.takeBack", { email })}
            onClick={() => takeBack.mutate(id, { onError: (error) => notify("bad", errorText(error)) })}
          >
            <Trash2 className="size-4.5" aria-hidden="true" />
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** A player's log-in opens that player's own data. */
function Whose({ teamId, chosen, onChoose }: { teamId: string; chosen: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const players = usePlayers();
  const roster = (players.data?.items ?? []).filter(({ team_id }) => team_id === teamId);
  return (
    <SelectField
      className="basis-44"
      label={t("invite.whose")}
      hint={t(players.data && roster.length === 0 ? "invite.noPlayers" : "invite.whoseHint")}
      value={chosen}
      onChange={({ target }) => onChoose(target.value)}
      options={[{ value: "", label: t("invite.choose") }, ...roster.map(({ id, display_name }) => ({ value: id, label: display_name }))]}
    />
  );
}

/** Inviting people into a team by mail, and the invitations that nobody has accepted yet. */
export function InvitationsCard({ team }: { team: { id: string; name: string } }) {
  const { t } = useTranslation();
  const invite = useInvite(team.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<InvitedAs>("coach");
  const [whose, setWhose] = useState("");
  const isPlayer = role === "player";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ email: email.trim(), role, player_id: isPlayer ? whose : null }, {
      onSuccess: () => {
        setEmail("");
        setWhose("");
        notify("good", t("guardian.invited", { email: email.trim() }));
      },
    });
  };
  return (
    <Card className="p-6">
      <h2 className="mb-1 text-xl font-semibold">{t("invite.title", { team: team.name })}</h2>
      <p className="mb-4 text-muted">{t("invite.lead")}</p>
      <Open teamId={team.id} />
      <form noValidate onSubmit={submit} className="mt-4 flex flex-wrap items-end gap-3">
        <TextField
          className="flex-1 basis-56"
          label={t("signIn.email")}
          type="email"
          autoComplete="off"
          value={email}
          error={invite.isError ? errorText(invite.error) : undefined}
          onChange={({ target }) => setEmail(target.value)}
        />
        <SelectField
          className="basis-40"
          label={t("invite.role")}
          value={role}
          onChange={({ target }) => setRole(target.value as InvitedAs)}
          options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        />
        {isPlayer && <Whose teamId={team.id} chosen={whose} onChoose={setWhose} />}
        <Button type="submit" busy={invite.isPending} disabled={!email.includes("@") || (isPlayer && !whose)}>
          <UserPlus className="size-4" aria-hidden="true" />
          {t("guardian.invite")}
        </Button>
      </form>
    </Card>
  );
}
