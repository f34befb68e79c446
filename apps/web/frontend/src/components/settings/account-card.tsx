import { LogOut, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "@/api/types";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useSignOut } from "@/hooks/use-account";
import { LeaveTeamDialog, NewTeamDialog } from "./team-dialogs";

/** Who is signed in, and their teams. `mayFound`: whether they run or help to run teams. */
export function AccountCard({ me, mayFound }: { me: Me; mayFound: boolean }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  const notify = useNotify();
  const errorText = useErrorText();
  const [leaving, setLeaving] = useState<{ id: string; name: string } | null>(null);
  const [founding, setFounding] = useState(false);
  return (
    <Card className="p-6">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="min-w-0">
          <p className="truncate font-semibold">{me.name || me.email}</p>
          <p className="truncate text-muted">{me.email}</p>
        </div>
        <Button busy={signOut.isPending} onClick={() => signOut.mutate(undefined, { onError: (error) => notify("bad", errorText(error)) })}>
          <LogOut className="size-4" aria-hidden="true" />
          {t("settings.signOut")}
        </Button>
      </div>
      <ul className="mt-3 divide-y divide-line">
        {me.memberships.map(({ team, role }) => (
          <li key={team.id} className="flex items-center justify-between gap-3 py-1">
            <span className="min-w-0 text-sm break-words">
              <span className="font-semibold">{team.name}</span> <span className="text-muted">· {t(`role.${role}`)}</span>
            </span>
            <Button look="quiet" size="sm" aria-label={t("team.leave", { team: team.name })} onClick={() => setLeaving(team)}>
              {t("team.leaveAction")}
            </Button>
          </li>
        ))}
      </ul>
      {mayFound && (
        <Button size="sm" className="mt-3" onClick={() => setFounding(true)}>
          <Plus className="size-4" aria-hidden="true" />
          {t("team.new")}
        </Button>
      )}
      {leaving && <LeaveTeamDialog team={leaving} onClose={() => setLeaving(null)} />}
      {founding && <NewTeamDialog onClose={() => setFounding(false)} />}
    </Card>
  );
}
