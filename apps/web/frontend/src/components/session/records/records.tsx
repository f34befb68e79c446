import type { SessionDetail } from "@/api/types";
import { useMe } from "@/hooks/use-account";
import { EffortPanel } from "./effort-panel";
import { FilesPanel } from "./files-panel";
import { NotesPanel } from "./notes-panel";

/** What people add to a session: effort, notes and files. Players and guardians enter their own effort only. */
export default function Records({ session, canEdit }: { session: SessionDetail; canEdit: boolean }) {
  const { data: me } = useMe();
  const role = me?.memberships.find(({ team }) => team.id === session.team_id)?.role;
  const rights = { coach: role === "owner" || role === "coach", userId: me?.id };
  return (
    <div className="mt-5 grid items-start gap-5 xl:grid-cols-[minmax(0,1.4fr)_minmax(22rem,1fr)]">
      <EffortPanel session={session} />
      {canEdit && (
        <div className="min-w-0 space-y-5">
          <NotesPanel sessionId={session.id} hasFilm={session.job !== null} {...rights} />
          <FilesPanel sessionId={session.id} {...rights} />
        </div>
      )}
    </div>
  );
}
