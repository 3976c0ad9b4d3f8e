namespace Tidy.Arrows;

[TestFixture]
public sealed class ArrowTests
{
    private static List<ProjectFile> Projects { get; } = [.. Repository.Here.Files(".csproj").Select(ProjectFile.Parse)];

    [Test]
    public void Projects_reference_only_what_the_house_allows() => Expect.Nothing(ArrowRule.Check(Projects, AllowedArrows.Table));

    [Test]
    public void Roslyn_stays_out_of_what_daemons_load() => Expect.Nothing(ArrowRule.CheckRoslyn(Projects));

    [Test]
    public void Every_project_is_in_the_solution_so_that_it_is_built_and_tested()
    {
        var solution = Repository.Here.Read("ScpFabric.sln").Text.Replace('\\', '/');
        Expect.Nothing(Projects
            .Where(p => !solution.Contains($"\"{p.Path}\"", StringComparison.Ordinal))
            .Select(p => new Finding(p.Path, 0, $"not in the solution: run `dotnet sln add {p.Path}`")));
    }

    [Test]
    public void The_table_itself_has_no_cycle_and_names_only_projects_it_lists() =>
        Assert.Multiple(() =>
        {
            foreach (var (project, targets) in AllowedArrows.Table)
            {
                Assert.That(targets, Is.SubsetOf(AllowedArrows.Table.Keys), project);
                Assert.That(AllowedArrows.ReachableFrom(project, AllowedArrows.Table), Does.Not.Contain(project), "a cycle");
            }
        });

    [TestCase("Scp.Protocol", "../Scp.Serialization/Scp.Serialization.csproj")]
    [TestCase("Fabric.Node", "../Scp.Protocol/Scp.Protocol.csproj")]
    [TestCase("Scp.Protocol", @"..\Scp.Serialization.Generator\Scp.Serialization.Generator.csproj", "OutputItemType=\"Analyzer\"")]
    public void An_arrow_of_the_house_passes(string from, string to, string attributes = "") =>
        Expect.Nothing(ArrowRule.Check([Project(from, to, attributes)], AllowedArrows.Table));

    [TestCase("Scp.Serialization", "../Scp.Protocol/Scp.Protocol.csproj", "may not reference Scp.Protocol")]
    [TestCase("Consensus", @"..\Scp.Protocol\Scp.Protocol.csproj", "may not reference Scp.Protocol")]
    [TestCase("Scp.Protocol", "../../tests/Simulation/Simulation.csproj", "knows nothing of tests")]
    [TestCase("Scp.Protocol", "../../tools/wan/wan.csproj", "knows nothing of tests")]
    [TestCase("Scp.Protocol", "../Scp.Serialization.Generator/Scp.Serialization.Generator.csproj", "only as an analyzer")]
    public void An_arrow_against_the_house_is_refused(string from, string to, string sentence) =>
        Expect.One(ArrowRule.Check([Project(from, to)], AllowedArrows.Table), 3, sentence);

    [Test]
    public void A_project_that_the_table_does_not_know_is_told_where_to_go() =>
        Expect.One(ArrowRule.Check([Project("Newcomer", "../Scp.Protocol/Scp.Protocol.csproj")], AllowedArrows.Table), 0, "add it to tests/Tidy/Arrows/AllowedArrows.cs");

    [Test]
    public void Roslyn_in_a_daemon_is_refused()
    {
        var daemon = new SourceFile("src/Ena.Agent/Ena.Agent.csproj", """<Project><ItemGroup><PackageReference Include="Microsoft.CodeAnalysis.CSharp" /></ItemGroup></Project>""");
        Expect.One(ArrowRule.CheckRoslyn([ProjectFile.Parse(daemon)]), 1, "may not hold Roslyn");
    }

    private static ProjectFile Project(string name, string reference, string attributes = "") =>
        ProjectFile.Parse(new SourceFile($"src/{name}/{name}.csproj", $"""
            <Project>
              <ItemGroup>
                <ProjectReference Include="{reference}" {attributes} />
              </ItemGroup>
            </Project>
            """));
}
