import { UserMinus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me, Member, Role } from "@/api/types";
import { Tag } from "@/components/badge";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { SelectField } from "@/components/field";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useMembers, useMembership } from "@/hooks/use-team";

const ROLES = ["owner", "coach", "analyst", "player"] as const satisfies readonly Role[];

interface MembersProps {
  me: Me;
  team: { id: string; name: string };
  /** Only an owner appoints owners, and changes them. */
  isOwner: boolean;
}

const nameOf = ({ user }: Member) => user.name || user.email;

function RemoveDialog({ team, member, onClose }: { team: MembersProps["team"]; member: Member; onClose: () => void }) {
  const { t } = useTranslation();
  const { remove } = useMembership(team.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const name = nameOf(member);
  const go = () =>
    remove.mutate(member.id, {
      onSuccess: () => {
        notify("good", t("members.removed", { name }));
        onClose();
      },
      onError: (error) => notify("bad", errorText(error)),
    });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("members.removeTitle", { name })} description={t("members.removeText")}>
      <div className="flex gap-3">
        <Button look="danger" busy={remove.isPending} onClick={go}>
          {t("members.removeAction")}
        </Button>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
      </div>
    </Dialog>
  );
}

function Row({ member, me, team, isOwner, onRemove }: MembersProps & { member: Member; onRemove: () => void }) {
  const { t } = useTranslation();
  const { change } = useMembership(team.id);
  const notify = useNotify();
  const errorText = useErrorText();
  const name = nameOf(member);
  const isMe = member.user.id === me.id;
  const isOpen = isOwner || member.role !== "owner";
  const give = (role: Role) =>
    change.mutate(
      { id: member.id, role },
      {
        onSuccess: () => notify("good", t("members.changed", { name, role: t(`role.${role}`) })),
        onError: (error) => notify("bad", errorText(error)),
      },
    );
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <div className="min-w-0 flex-1 basis-32">
        <p className="font-semibold break-words">
          {name} {isMe && <Tag>{t("members.you")}</Tag>}
        </p>
        {member.user.name && <p className="text-sm break-words text-muted">{member.user.email}</p>}
      </div>
      {isOpen ? (
        <div className="flex items-center gap-1">
          <SelectField
            hideLabel
            label={t("members.role", { name })}
            value={change.isPending ? change.variables.role : member.role}
            onChange={({ target }) => give(target.value as Role)}
            options={ROLES.filter((role) => isOwner || role !== "owner").map((value) => ({ value, label: t(`role.${value}`) }))}
          />
          <Button look="quiet" size="icon" className={isMe ? "invisible" : ""} aria-label={t("members.remove", { name })} onClick={onRemove}>
            <UserMinus className="size-4.5" aria-hidden="true" />
          </Button>
        </div>
      ) : (
        <span className="px-3 text-muted">{t(`role.${member.role}`)}</span>
      )}
    </li>
  );
}

/** Who is in the team, as what. */
export function MembersCard(props: MembersProps) {
  const { t } = useTranslation();
  const { team } = props;
  const members = useMembers(team.id);
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <Card className="p-6">
      <h2 className="mb-2 text-xl font-semibold">{t("members.title", { team: team.name })}</h2>
      {members.isPending && <Skeleton className="h-24" />}
      {members.isError && <ErrorState error={members.error} retry={() => void members.refetch()} />}
      {members.data && (
        <ul className="divide-y divide-line">
          {members.data.items.map((member) => (
            <Row key={member.id} {...props} member={member} onRemove={() => setLeaving(member)} />
          ))}
        </ul>
      )}
      {leaving && <RemoveDialog team={team} member={leaving} onClose={() => setLeaving(null)} />}
    </Card>
  );
}
