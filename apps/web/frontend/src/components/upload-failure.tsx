import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useUpload } from "@/hooks/use-upload";
import { Banner } from "./banner";
import { useErrorText } from "./states";

/** The connection gave up, as opposed to the server refusing the film: sending it again goes on where it stopped. */
function isBroken(error: unknown): boolean {
  return error instanceof ApiError && (error.unreachable || error.status >= 500);
}

/** Why the last upload of this tab did not become a scan; nothing where it did, or where there was none. */
export function UploadFailure() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const upload = useUpload();
  if (upload.phase !== "failed") return null;
  return (
    <Banner tone="bad" title={t("upload.failed", { name: upload.fileName })}>
      {errorText(upload.error)} {isBroken(upload.error) && t("upload.again")}
    </Banner>
  );
}
