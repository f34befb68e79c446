import { SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/states";
import { useTitle } from "@/hooks/use-title";

export default function NotFoundPage() {
  const { t } = useTranslation();
  useTitle(t("notFound.title"));
  return (
    <EmptyState icon={SearchX} title={t("notFound.title")} action={<ButtonLink to="/sessions">{t("notFound.back")}</ButtonLink>}>
      {t("notFound.text")}
    </EmptyState>
  );
}
