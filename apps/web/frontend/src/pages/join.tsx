import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Door } from "@/components/door";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useAcceptInvitation } from "@/hooks/use-door";
import { useTitle } from "@/hooks/use-title";

/** Where the link of an invitation leads: a name, a password, and one is in the team. */
export default function JoinPage() {
  const { t } = useTranslation();
  const [asked] = useSearchParams();
  const token = asked.get("token");
  const join = useAcceptInvitation();
  const errorText = useErrorText();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  useTitle(t("door.join.title"));
  if (join.isSuccess) return <Navigate to="/" replace />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join.mutate({ token: token!, name: name.trim(), password });
  };
  return (
    <Door title={t("door.join.title")}>
      {token ? (
        <form noValidate onSubmit={submit} className="space-y-5">
          <p className="text-muted">{t("door.join.lead")}</p>
          {join.isError && <Banner tone="bad">{errorText(join.error)}</Banner>}
          <TextField label={t("door.name")} autoComplete="name" maxLength={150} value={name} onChange={({ target }) => setName(target.value)} />
          <TextField
            label={t("door.password")}
            hint={t("door.join.passwordHint")}
            type="password"
            autoComplete="new-password"
            value={password}
            onChange={({ target }) => setPassword(target.value)}
          />
          <Button type="submit" look="primary" className="w-full" busy={join.isPending} disabled={!password}>
            {t("door.join.submit")}
          </Button>
        </form>
      ) : (
        <Banner tone="bad">{t("door.incomplete")}</Banner>
      )}
    </Door>
  );
}
