import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Banner } from "@/components/banner";
import { ButtonLink } from "@/components/button";
import { BackToSignIn, Door } from "@/components/door";
import { DoorForm } from "@/components/door-form";
import { useAskForReset, useResetPassword } from "@/hooks/use-door";
import { useTitle } from "@/hooks/use-title";

function Ask() {
  const { t } = useTranslation();
  const ask = useAskForReset();
  if (ask.isSuccess) return <Banner tone="good">{t("door.forgot.sent")}</Banner>;
  return (
    <DoorForm
      lead={t("door.forgot.lead")}
      fields={[{ name: "email", label: t("signIn.email"), type: "email", autoComplete: "username" }]}
      ready={({ email }) => email.includes("@")}
      sending={ask}
      onSend={({ email }) => ask.mutate(email.trim())}
      submit={t("door.forgot.submit")}
    />
  );
}

function SetNew({ uid, token }: { uid: string; token: string }) {
  const { t } = useTranslation();
  const reset = useResetPassword();
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
    <DoorForm
      lead={t("door.reset.lead")}
      fields={[{ name: "password", label: t("door.reset.password"), type: "password", autoComplete: "new-password" }]}
      ready={({ password }) => password !== ""}
      sending={reset}
      onSend={({ password }) => reset.mutate({ uid, token, password })}
      submit={t("door.reset.submit")}
    />
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
      <BackToSignIn />
    </Door>
  );
}
