-- Who is in a cluster of silos: read and written by Orleans' ADO.NET clustering alone, empty with the embedded engine.
-- The provider runs the texts in OrleansQuery; keys, parameters and column names are its own. A change of a member and the step of
-- the cluster's version are one statement, which answers 1 when it was done and 0 when another silo was first.
create table cluster_versions (
    deployment_id text primary key, changed_at timestamptz not null default now(), version integer not null default 0);
create table cluster_members (
    deployment_id text not null references cluster_versions, address text not null, port integer not null, generation integer not null,
    silo_name text not null, host_name text not null, status integer not null, proxy_port integer, suspect_times text,
    start_time timestamptz not null, i_am_alive_time timestamptz not null, primary key (deployment_id, address, port, generation));
create table OrleansQuery (QueryKey text primary key, QueryText text not null);

insert into OrleansQuery (QueryKey, QueryText) values
('MembershipReadAllKey', $q$
    select v.deployment_id as DeploymentId, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
        m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort, m.suspect_times as SuspectTimes, m.start_time as StartTime,
        m.i_am_alive_time as IAmAliveTime, v.version as Version
    from cluster_versions v left join cluster_members m using (deployment_id) where v.deployment_id = @DeploymentId $q$),
('MembershipReadRowKey', $q$
    select v.deployment_id as DeploymentId, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
        m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort, m.suspect_times as SuspectTimes, m.start_time as StartTime,
        m.i_am_alive_time as IAmAliveTime, v.version as Version
    from cluster_versions v left join cluster_members m on m.deployment_id = v.deployment_id
        and m.address = @Address and m.port = @Port and m.generation = @Generation
    where v.deployment_id = @DeploymentId $q$),
('GatewaysQueryKey', $q$
    select address as Address, proxy_port as ProxyPort, generation as Generation from cluster_members
    where deployment_id = @DeploymentId and status = @Status and proxy_port > 0 $q$),
('InsertMembershipVersionKey', $q$
    with made as (insert into cluster_versions (deployment_id) values (@DeploymentId) on conflict do nothing returning 1)
    select count(*) from made $q$),
('InsertMembershipKey', $q$
    with step as (
        update cluster_versions set changed_at = now(), version = version + 1
        where deployment_id = @DeploymentId and version = @Version and not exists (select 1 from cluster_members m
            where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
        returning 1),
    made as (
        insert into cluster_members
            (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
        select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from step
        returning 1)
    select count(*) from made $q$),
('UpdateMembershipKey', $q$
    with step as (
        update cluster_versions set changed_at = now(), version = version + 1
        where deployment_id = @DeploymentId and version = @Version and exists (select 1 from cluster_members m
            where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
        returning 1),
    changed as (
        update cluster_members set status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime from step
        where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
        returning 1)
    select count(*) from changed $q$),
('UpdateIAmAlivetimeKey', $q$
    update cluster_members set i_am_alive_time = @IAmAliveTime
    where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation $q$),
('DeleteMembershipTableEntriesKey', $q$
    with members as (delete from cluster_members where deployment_id = @DeploymentId)
    delete from cluster_versions where deployment_id = @DeploymentId $q$),
('CleanupDefunctSiloEntriesKey', $q$
    delete from cluster_members where deployment_id = @DeploymentId and i_am_alive_time < @IAmAliveTime and status <> 3 $q$);
