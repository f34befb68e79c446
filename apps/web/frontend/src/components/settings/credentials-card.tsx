import { KeyRound, Mail } from "lucide-react";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useChangeEmail, useChangePassword } from "@/hooks/use-account";

interface FormDialogProps {
  title: string;
  lead: string;
  error: unknown;
  busy: boolean;
  complete: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

function FormDialog({ title, lead, error, busy, complete, onSubmit, onClose, children }: FormDialogProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={lead}>
      <form noValidate onSubmit={submit} className="space-y-4">
        {children}
        {error != null && <Banner tone="bad">{errorText(error)}</Banner>}
        <Button type="submit" look="primary" busy={busy} disabled={!complete}>
          {t("action.save")}
        </Button>
      </form>
    </Dialog>
  );
}

interface PresentProps {
  value: string;
  onChange: (value: string) => void;
}

function PresentPassword({ value, onChange }: PresentProps) {
  const { t } = useTranslation();
  return <TextField label={t("credentials.present")} type="password" autoComplete="current-password" value={value} onChange={({ target }) => onChange(target.value)} />;
}

function EmailDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeEmail();
  const notify = useNotify();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const send = () =>
    change.mutate(
      { email: email.trim(), password },
      {
        onSuccess: () => {
          notify("good", t("credentials.mailed", { email: email.trim() }));
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title={t("credentials.email")}
      lead={t("credentials.emailLead")}
      error={change.error}
      busy={change.isPending}
      complete={email.includes("@") && password !== ""}
      onSubmit={send}
      onClose={onClose}
    >
      <TextField label={t("credentials.newEmail")} type="email" autoComplete="email" value={email} onChange={({ target }) => setEmail(target.value)} />
      <PresentPassword value={password} onChange={setPassword} />
    </FormDialog>
  );
}

function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangePassword();
  const notify = useNotify();
  const [present, setPresent] = useState("");
  const [wanted, setWanted] = useState("");
  const send = () =>
    change.mutate(
      { old: present, new: wanted },
      {
        onSuccess: () => {
          notify("good", t("credentials.changed"));
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title={t("credentials.password")}
      lead={t("credentials.passwordLead")}
      error={change.error}
      busy={change.isPending}
      complete={present !== "" && wanted !== ""}
      onSubmit={send}
      onClose={onClose}
    >
      <PresentPassword value={present} onChange={setPresent} />
      <TextField label={t("credentials.new")} type="password" autoComplete="new-password" value={wanted} onChange={({ target }) => setWanted(target.value)} />
    </FormDialog>
  );
}

/** By what one signs in. */
export function CredentialsCard() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<"email" | "password" | null>(null);
  const close = () => setOpen(null);
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-6">
      <h2 className="text-xl font-semibold">{t("credentials.title")}</h2>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen("email")}>
          <Mail className="size-4" aria-hidden="true" />
          {t("credentials.email")}
        </Button>
        <Button onClick={() => setOpen("password")}>
          <KeyRound className="size-4" aria-hidden="true" />
          {t("credentials.password")}
        </Button>
      </div>
      {open === "email" && <EmailDialog onClose={close} />}
      {open === "password" && <PasswordDialog onClose={close} />}
    </Card>
  );
}
