import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { Banner } from "@/components/banner";
import { BackToSignIn, Door } from "@/components/door";
import { DoorForm } from "@/components/door-form";
import { useAcceptInvitation } from "@/hooks/use-door";
import { useTitle } from "@/hooks/use-title";

/** Where the link of an invitation leads: a name, a password, and one is in the team. */
export default function JoinPage() {
  const { t } = useTranslation();
  const [asked] = useSearchParams();
  const token = asked.get("token");
  const join = useAcceptInvitation();
  useTitle(t("door.join.title"));
  if (join.isSuccess) return <Navigate to="/" replace />;
  return (
    <Door title={t("door.join.title")}>
      {token ? (
        <DoorForm
          lead={t("door.join.lead")}
          fields={[
            { name: "name", label: t("door.name"), autoComplete: "name", maxLength: 150 },
            { name: "password", label: t("door.password"), hint: t("door.join.passwordHint"), type: "password", autoComplete: "new-password" },
          ]}
          ready={({ password }) => password !== ""}
          sending={join}
          onSend={({ name, password }) => join.mutate({ token, name: name.trim(), password })}
          submit={t("door.join.submit")}
        />
      ) : (
        <Banner tone="bad">{t("door.incomplete")}</Banner>
      )}
      <BackToSignIn />
    </Door>
  );
}
