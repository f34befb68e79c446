import { Link2 } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { ConnectInput } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { guessName, isCode, plainCode } from "./device-name";

type Trouble = "expired" | "full" | "closed" | "wrong_tries" | "taken" | "token" | "code" | "kind" | "busy";
const SPENT = new Set(["expired", "full", "closed", "wrong_tries"]);

function troubleOf(error: unknown, byToken: boolean): Trouble | null {
  if (!(error instanceof ApiError)) return null;
  const reason = String(error.extra.reason ?? "");
  if (error.status === 410) return SPENT.has(reason) ? (reason as Trouble) : "taken";
  if (error.status === 404) return byToken ? "token" : "code";
  if (error.status === 429) return "busy";
  return error.status === 400 && !error.details.length ? "kind" : null;
}

interface ConnectFormProps {
  token: string | null;
  busy: boolean;
  error: unknown;
  onJoin: (input: ConnectInput) => void;
  onTypeCode: () => void;
}

/** Give the phone a name and join; by the token of the QR code, or by a typed code. */
export function ConnectForm({ token, busy, error, onJoin, onTypeCode }: ConnectFormProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState(() => guessName(navigator.userAgent));
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const trouble = error ? troubleOf(error, token !== null) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!name.trim() || (!token && !isCode(code))) return;
    const way = token ? { token } : { code: plainCode(code) };
    onJoin({ ...way, device: { name: name.trim(), type: "mobile", os_version: "", app_version: "web" } });
  };
  return (
    <form noValidate onSubmit={submit} className="space-y-5">
      {error !== null && (
        <Banner tone="bad" title={t("pair.refused")}>
          {trouble ? t(`pair.trouble.${trouble}`) : errorText(error)}
        </Banner>
      )}
      {!token && (
        <TextField
          label={t("pair.code")}
          hint={t("pair.codeHint")}
          value={code}
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          maxLength={16}
          error={tried && !isCode(code) ? t("pair.codeWrong") : undefined}
          onChange={({ target }) => setCode(target.value)}
        />
      )}
      <TextField
        label={t("pair.name")}
        hint={t("pair.nameHint")}
        value={name}
        maxLength={80}
        autoComplete="off"
        error={tried && !name.trim() ? t("pair.nameWrong") : undefined}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" look="primary" className="w-full" busy={busy}>
        <Link2 className="size-4" aria-hidden="true" />
        {t("pair.connect")}
      </Button>
      {token && error !== null && (
        <Button look="quiet" className="w-full" onClick={onTypeCode}>
          {t("pair.typeInstead")}
        </Button>
      )}
    </form>
  );
}
