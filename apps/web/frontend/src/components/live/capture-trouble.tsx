import { useTranslation } from "react-i18next";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import type { LiveCamera } from "@/hooks/use-live-camera";

interface TroubleProps {
  camera: LiveCamera;
  retry: () => void;
  /** A phone is told where a phone has its settings. */
  onPhone?: boolean;
}

/** Why there is no picture, and what to do about it. */
export function CaptureTrouble({ camera, retry, onPhone = false }: TroubleProps) {
  const { t } = useTranslation();
  const problem = camera.problem ?? (camera.ended ? "ended" : null);
  if (!problem) return null;
  return (
    <Banner
      tone="warn"
      title={t(onPhone ? "film.problem.title" : "live.problem.title")}
      action={
        problem !== "insecure" && problem !== "unsupported" && (
          <Button size="sm" onClick={retry}>
            {t("action.tryAgain")}
          </Button>
        )
      }
    >
      {onPhone ? t(`film.problem.${problem}`) : t(`live.problem.${problem}`)}
    </Banner>
  );
}
