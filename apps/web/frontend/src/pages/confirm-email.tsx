import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { ApiError } from "@/api/errors";
import { Banner } from "@/components/banner";
import { Button, ButtonLink } from "@/components/button";
import { BackToSignIn, Door } from "@/components/door";
import { useErrorText } from "@/components/states";
import { useConfirmEmail } from "@/hooks/use-door";
import { useTitle } from "@/hooks/use-title";

/** Where the link for a new address leads. A click confirms it: programs that look into mails open links too. */
export default function ConfirmEmailPage() {
  const { t } = useTranslation();
  const [asked] = useSearchParams();
  const token = asked.get("token");
  const confirm = useConfirmEmail();
  const errorText = useErrorText();
  // A link that has expired or was used does not work a second time either.
  const refused = confirm.error instanceof ApiError && confirm.error.refused;
  useTitle(t("door.email.title"));
  return (
    <Door title={t("door.email.title")}>
      <div className="space-y-5">
        {token && !confirm.isSuccess && !confirm.isError && <p className="text-muted">{t("door.email.lead")}</p>}
        {!token && <Banner tone="bad">{t("door.incomplete")}</Banner>}
        {confirm.isError && <Banner tone="bad">{errorText(confirm.error)}</Banner>}
        {confirm.isSuccess && <Banner tone="good">{t("door.email.done")}</Banner>}
        {confirm.isSuccess ? (
          <ButtonLink to="/" look="primary">
            {t("door.email.go")}
          </ButtonLink>
        ) : (
          token && !refused && (
            <Button look="primary" busy={confirm.isPending} onClick={() => confirm.mutate(token)}>
              {t("door.email.submit")}
            </Button>
          )
        )}
      </div>
      {!confirm.isSuccess && <BackToSignIn />}
    </Door>
  );
}
