import { Download, Trash2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { SelectField, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { usePlayers } from "@/hooks/use-players";
import { useErasure, useExportLink } from "@/hooks/use-rights";

interface Subject {
  /** null: the account of whoever is signed in. */
  playerId: string | null;
  name: string;
}

function EraseDialog({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const { t } = useTranslation();
  const { plan, erase } = useErasure(subject.playerId);
  const [password, setPassword] = useState("");
  const notify = useNotify();
  const errorText = useErrorText();
  const failed = plan.error ?? erase.error;
  const rows = Object.values(plan.data?.rows ?? {}).reduce((sum, count) => sum + count, 0);
  const look = (event: FormEvent) => {
    event.preventDefault();
    plan.mutate(password);
  };
  const go = () =>
    erase.mutate(plan.data!.token, {
      onSuccess: () => {
        notify("good", t("data.erased", { name: subject.name }));
        onClose();
      },
    });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("data.eraseTitle", { name: subject.name })} description={t("data.eraseText")}>
      {failed && <Banner tone="bad" className="mb-4">{errorText(failed)}</Banner>}
      {plan.data ? (
        <div className="space-y-4">
          <Banner tone="warn" title={t("data.plan", { count: rows })}>
            {t(plan.data.account_too ? "data.planAccount" : "data.planNoWay")}
          </Banner>
          <div className="flex flex-wrap gap-2">
            <Button look="danger" busy={erase.isPending} onClick={go}>
              <Trash2 className="size-4" aria-hidden="true" />
              {t("data.eraseYes")}
            </Button>
            <Button look="quiet" onClick={onClose}>
              {t("action.cancel")}
            </Button>
          </div>
        </div>
      ) : (
        <form onSubmit={look} className="space-y-4">
          {!subject.playerId && (
            <TextField label={t("data.password")} type="password" autoComplete="current-password" value={password} onChange={({ target }) => setPassword(target.value)} />
          )}
          <Button type="submit" busy={plan.isPending} disabled={!subject.playerId && !password}>
            {t("data.look")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}

/** Take data along, or have it erased: one's own, or a player's whom one answers for. The server says who may. */
export function DataCard() {
  const { t } = useTranslation();
  const players = usePlayers();
  const link = useExportLink();
  const notify = useNotify();
  const errorText = useErrorText();
  const [about, setAbout] = useState("");
  const [erasing, setErasing] = useState<Subject | null>(null);
  const name = players.data?.items.find(({ id }) => id === about)?.display_name ?? t("data.account");
  const subject: Subject = { playerId: about || null, name };
  const download = () =>
    link.mutate(subject.playerId, {
      onSuccess: ({ url }) => location.assign(url),
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <Card className="space-y-4 p-6">
      <h2 className="text-xl font-semibold">{t("data.title")}</h2>
      <p className="text-muted">{t("data.lead")}</p>
      <SelectField
        className="max-w-sm"
        label={t("data.about")}
        value={about}
        onChange={({ target }) => setAbout(target.value)}
        options={[{ value: "", label: t("data.account") }, ...(players.data?.items ?? []).map(({ id, display_name }) => ({ value: id, label: display_name }))]}
      />
      <div className="flex flex-wrap gap-2">
        <Button busy={link.isPending} onClick={download}>
          <Download className="size-4" aria-hidden="true" />
          {t("data.export")}
        </Button>
        <Button look="danger" onClick={() => setErasing(subject)}>
          <Trash2 className="size-4" aria-hidden="true" />
          {t("data.erase")}
        </Button>
      </div>
      {erasing && <EraseDialog subject={erasing} onClose={() => setErasing(null)} />}
    </Card>
  );
}
