import { Pencil, Unplug } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useTeamName } from "@/hooks/use-account";
import { useRenameDevice, useRevokeDevice } from "@/hooks/use-pairing";
import { usePreferences } from "@/hooks/use-preferences";
import { formatAgo } from "@/units/ago";
import { formatDate } from "@/units/format";
import { DEVICE_ICONS } from "./kinds";

const LONGEST_NAME = 80;

function RenameDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(device.name);
  const rename = useRenameDevice(device.device_id);
  const errorText = useErrorText();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(name.trim(), { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("pairing.rename", { name: device.name })}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t("pairing.name")}
          value={name}
          maxLength={LONGEST_NAME}
          error={rename.error ? errorText(rename.error) : undefined}
          onChange={({ target }) => setName(target.value)}
        />
        <Button type="submit" look="primary" busy={rename.isPending} disabled={!name.trim()}>
          {t("action.save")}
        </Button>
      </form>
    </Dialog>
  );
}

function RevokeDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation();
  const revoke = useRevokeDevice(device.device_id);
  const notify = useNotify();
  const errorText = useErrorText();
  const go = () =>
    revoke.mutate(undefined, {
      onSuccess: () => {
        notify("good", t("pairing.revoked", { name: device.name }));
        onClose();
      },
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("pairing.revokeAsk", { name: device.name })} description={t("pairing.revokeText")}>
      <div className="flex flex-wrap gap-2">
        <Button look="danger" busy={revoke.isPending} onClick={go}>
          {t("pairing.revoke")}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </Dialog>
  );
}

/** A device of the team; a revoked one stays in the list, greyed, so that it can be told what it did. */
export function DeviceCard({ device, canManage }: { device: Device; canManage: boolean }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const team = useTeamName(device.team_id);
  const [open, setOpen] = useState<"rename" | "revoke" | null>(null);
  const Icon = DEVICE_ICONS[device.device_type];
  const seen = device.last_seen_at ? t("pairing.seen", { when: formatAgo(device.last_seen_at, language) }) : t("pairing.neverSeen");
  const facts = [team, device.model, t("pairing.pairedBy", { who: device.paired_by })].filter(Boolean);
  return (
    <Card className={`flex flex-wrap items-center gap-x-4 gap-y-3 p-4 ${device.is_live ? "" : "bg-sunken shadow-none"}`}>
      <span className={`grid size-12 shrink-0 place-items-center rounded-full ${device.is_live ? "bg-teal-soft text-teal" : "bg-line text-muted"}`}>
        <Icon className="size-6" aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <h3 className="truncate font-sans font-semibold">{device.name}</h3>
        <p className="truncate text-sm text-muted">{facts.join(" · ")}</p>
        <p className="text-sm text-muted">
          {device.is_live ? seen : t("pairing.ended", { when: device.revoked_at ? formatDate(device.revoked_at, language, timeZone) : "–" })}
        </p>
      </div>
      <Tag>{t(`pairing.type.${device.device_type}`)}</Tag>
      {canManage && device.is_live && (
        <div className="flex gap-1">
          <Button look="quiet" size="icon" aria-label={t("pairing.rename", { name: device.name })} onClick={() => setOpen("rename")}>
            <Pencil className="size-4.5" aria-hidden="true" />
          </Button>
          <Button look="quiet" size="icon" aria-label={t("pairing.revokeName", { name: device.name })} onClick={() => setOpen("revoke")}>
            <Unplug className="size-4.5" aria-hidden="true" />
          </Button>
        </div>
      )}
      {open === "rename" && <RenameDialog device={device} onClose={() => setOpen(null)} />}
      {open === "revoke" && <RevokeDialog device={device} onClose={() => setOpen(null)} />}
    </Card>
  );
}
