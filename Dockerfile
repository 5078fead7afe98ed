# OrleansBilling as containers: "silo" (the engine orleans, or the embedded one with --build-arg ENGINE=embedded) and "api" (a client of a cluster).
# docker build --target silo -t billing-silo . ; docker build --target api -t billing-api .
ARG DOTNET=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET} AS build
ARG ENGINE=orleans
WORKDIR /source
# What restoring needs, first: sources change more often than packages.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt ./
COPY billing/*.csproj billing/
COPY grain-interfaces/*.csproj grain-interfaces/
COPY grains/*.csproj grains/
COPY storage/*.csproj storage/
COPY embedded/*.csproj embedded/
COPY embedded/generator/*.csproj embedded/generator/
COPY client-api/*.csproj client-api/
COPY silo/*.csproj silo/
RUN dotnet restore silo/Silo.csproj -p:Engine=${ENGINE} -p:CompiledAhead=true
COPY billing billing
COPY grain-interfaces grain-interfaces
COPY grains grains
COPY storage storage
COPY embedded embedded
COPY client-api client-api
COPY silo silo
# Compiled ahead: a silo that starts again takes its processors away from those that took its work up (DECISIONS.md 286).
RUN dotnet publish silo/Silo.csproj -c Release --no-restore -p:Engine=${ENGINE} -p:CompiledAhead=true -p:UseAppHost=false -o /published/silo \
 && if [ "${ENGINE}" = orleans ]; then dotnet publish client-api/ClientApi.csproj -c Release --no-restore -p:Engine=${ENGINE} -p:UseAppHost=false -o /published/api; fi

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET} AS runtime
# The image's own user without rights. It writes nothing but, with the embedded engine, its store.
USER app
WORKDIR /app

FROM runtime AS api
COPY --from=build /published/api .
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["dotnet", "OrleansBilling.ClientApi.dll", "health", "--port", "8080"]
ENTRYPOINT ["dotnet", "OrleansBilling.ClientApi.dll", "--listen", "0.0.0.0", "--port", "8080"]

FROM runtime AS silo
COPY --from=build /published/silo .
EXPOSE 8080 11111 30000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["dotnet", "OrleansBilling.Silo.dll", "health", "--port", "8080"]
ENTRYPOINT ["dotnet", "OrleansBilling.Silo.dll", "--listen", "0.0.0.0", "--port", "8080"]
