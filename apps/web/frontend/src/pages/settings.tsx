import { Smartphone } from "lucide-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { FeedCard } from "@/components/calendar/feed-card";
import { AccountCard } from "@/components/settings/account-card";
import { CredentialsCard } from "@/components/settings/credentials-card";
import { DataCard } from "@/components/settings/data-card";
import { FilmCard } from "@/components/settings/film-card";
import { InvitationsCard } from "@/components/settings/invitations-card";
import { LoginsCard } from "@/components/settings/logins-card";
import { LooksCard } from "@/components/settings/looks-card";
import { MembersCard } from "@/components/settings/members-card";
import { ProfileCard } from "@/components/settings/profile-card";
import { TeamCard } from "@/components/settings/team-card";
import { useCanEdit, useMe } from "@/hooks/use-account";
import { useTitle } from "@/hooks/use-title";

const INVITERS = new Set(["owner", "coach"]);

export default function SettingsPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const canEdit = useCanEdit();
  const led = (me?.memberships ?? []).filter(({ role }) => INVITERS.has(role));
  useTitle(t("settings.title"));
  return (
    <>
      <PageHeader title={t("settings.title")} lead={t("settings.lead")} />
      <div className="grid max-w-3xl gap-6">
        {me && <LooksCard me={me} />}
        {me && <AccountCard me={me} mayFound={canEdit} />}
        {me && <ProfileCard me={me} />}
        {led.map(({ team, role }) => (
          <Fragment key={team.id}>
            {role === "owner" && <TeamCard teamId={team.id} name={team.name} />}
            {me && <MembersCard me={me} team={team} isOwner={role === "owner"} />}
            <InvitationsCard team={team} />
            <FilmCard teamId={team.id} name={team.name} mayChange={role === "owner"} />
          </Fragment>
        ))}
        {canEdit && (
          <Card className="flex flex-wrap items-center justify-between gap-4 p-6">
            <div className="min-w-0 flex-1 basis-52">
              <h2 className="text-xl font-semibold">{t("pairing.settings")}</h2>
              <p className="text-muted">{t("pairing.settingsText")}</p>
            </div>
            <ButtonLink to="/pairing">
              <Smartphone className="size-4" aria-hidden="true" />
              {t("pairing.title")}
            </ButtonLink>
          </Card>
        )}
        <CredentialsCard />
        <LoginsCard />
        <Card className="p-6">
          <h2 className="mb-2 text-xl font-semibold">{t("feed.title")}</h2>
          <FeedCard />
        </Card>
        <DataCard />
      </div>
    </>
  );
}
