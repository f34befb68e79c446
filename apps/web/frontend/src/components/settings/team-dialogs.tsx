import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useTeamsOfMine } from "@/hooks/use-team";

interface TeamDialogProps {
  team: { id: string; name: string };
  onClose: () => void;
}

/** Deleting a team with all that belongs to it; its name is written to be sure that it is this one. */
export function DeleteTeamDialog({ team, onClose }: TeamDialogProps) {
  const { t } = useTranslation();
  const { remove } = useTeamsOfMine();
  const [typed, setTyped] = useState("");
  const notify = useNotify();
  const errorText = useErrorText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate(team.id, {
      onSuccess: () => {
        notify("good", t("team.deleted", { team: team.name }));
        onClose();
      },
    });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("team.deleteTitle", { team: team.name })} description={t("team.deleteText")}>
      <form onSubmit={submit} className="space-y-4">
        <TextField label={t("team.deleteConfirm")} autoComplete="off" value={typed} onChange={({ target }) => setTyped(target.value)} />
        {remove.isError && <Banner tone="bad">{errorText(remove.error)}</Banner>}
        <div className="flex gap-3">
          <Button type="submit" look="danger" busy={remove.isPending} disabled={typed.trim() !== team.name}>
            {t("team.deleteAction")}
          </Button>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function LeaveTeamDialog({ team, onClose }: TeamDialogProps) {
  const { t } = useTranslation();
  const { leave } = useTeamsOfMine();
  const notify = useNotify();
  const errorText = useErrorText();
  const go = () =>
    leave.mutate(team.id, {
      onSuccess: () => {
        notify("good", t("team.left", { team: team.name }));
        onClose();
      },
    });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={`${t("team.leave", { team: team.name })}?`} description={t("team.leaveText")}>
      {leave.isError && <Banner tone="bad" className="mb-4">{errorText(leave.error)}</Banner>}
      <div className="flex gap-3">
        <Button look="danger" busy={leave.isPending} onClick={go}>
          {t("team.leaveAction")}
        </Button>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
      </div>
    </Dialog>
  );
}

/** A team of one's own. */
export function NewTeamDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { create } = useTeamsOfMine();
  const [name, setName] = useState("");
  const [club, setClub] = useState("");
  const [ageGroup, setAgeGroup] = useState("");
  const notify = useNotify();
  const errorText = useErrorText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    create.mutate(
      { name: name.trim(), club: club.trim(), age_group: ageGroup.trim(), time_zone: timeZone },
      {
        onSuccess: (team) => {
          notify("good", t("team.created", { team: team.name }));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("team.new")} description={t("team.newLead")}>
      <form noValidate onSubmit={submit} className="space-y-4">
        <TextField label={t("team.name")} maxLength={120} value={name} onChange={({ target }) => setName(target.value)} />
        <TextField label={t("team.club")} maxLength={120} value={club} onChange={({ target }) => setClub(target.value)} />
        <TextField label={t("team.ageGroup")} hint={t("team.ageGroupHint")} maxLength={32} value={ageGroup} onChange={({ target }) => setAgeGroup(target.value)} />
        {create.isError && <Banner tone="bad">{errorText(create.error)}</Banner>}
        <Button type="submit" look="primary" busy={create.isPending} disabled={name.trim() === ""}>
          {t("team.create")}
        </Button>
      </form>
    </Dialog>
  );
}
