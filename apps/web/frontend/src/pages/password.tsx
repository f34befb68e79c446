import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Banner } from "@/components/banner";
import { Button, ButtonLink } from "@/components/button";
import { Door } from "@/components/door";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useAskForReset, useResetPassword } from "@/hooks/use-door";
import { useTitle } from "@/hooks/use-title";

function Ask() {
  const { t } = useTranslation();
  const ask = useAskForReset();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate(email.trim());
  };
  if (ask.isSuccess) return <Banner tone="good">{t("door.forgot.sent")}</Banner>;
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <p className="text-muted">{t("door.forgot.lead")}</p>
      {ask.isError && <Banner tone="bad">{errorText(ask.error)}</Banner>}
      <TextField label={t("signIn.email")} type="email" autoComplete="username" value={email} onChange={({ target }) => setEmail(target.value)} />
      <Button type="submit" look="primary" className="w-full" busy={ask.isPending} disabled={!email.includes("@")}>
        {t("door.forgot.submit")}
      </Button>
    </form>
  );
}

function SetNew({ uid, token }: { uid: string; token: string }) {
  const { t } = useTranslation();
  const reset = useResetPassword();
  const errorText = useErrorText();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate({ uid, token, password });
  };
  if (reset.isSuccess) {
    return (
      <div className="space-y-5">
        <Banner tone="good">{t("door.reset.done")}</Banner>
        <ButtonLink to="/sign-in" look="primary">
          {t("signIn.submit")}
        </ButtonLink>
      </div>
    );
  }
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      <p className="text-muted">{t("door.reset.lead")}</p>
      {reset.isError && <Banner tone="bad">{errorText(reset.error)}</Banner>}
      <TextField
        label={t("door.reset.password")}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <Button type="submit" look="primary" className="w-full" busy={reset.isPending} disabled={!password}>
        {t("door.reset.submit")}
      </Button>
    </form>
  );
}

/** A forgotten password: ask for a link and, where the link leads, set a new one. */
export default function PasswordPage() {
  const { t } = useTranslation();
  const [asked] = useSearchParams();
  const [uid, token] = [asked.get("uid"), asked.get("token")];
  const title = t(token ? "door.reset.title" : "door.forgot.title");
  useTitle(title);
  return (
    <Door title={title}>
      {uid && token ? <SetNew uid={uid} token={token} /> : <Ask />}
      <p className="mt-6 text-sm">
        <Link to="/sign-in" className="inline-flex min-h-9 items-center font-semibold text-muted underline hover:text-ink">
          {t("door.back")}
        </Link>
      </p>
    </Door>
  );
}
